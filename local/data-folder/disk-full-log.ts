import { type Log, logTo } from '../../functions/shared/events.ts';
import { formatClockTime } from '../format-time.ts';

const MINUTE_MS = 60_000;
/** Matches the errors of the embedded servers, the outbox and the system about a full disk. */
export const DISK_FULL =
  /disk is full|no space left|ENOSPC|EDQUOT|EFBIG|disk quota|SQLITE_FULL|LEVEL_IO_ERROR/i;

/**
 * Returns a log that reports a full disk in one line per minute, instead of one stack trace per stage and message, and
 * reports once when there is space again. Failed work does not count as done, so it is retried.
 */
export function diskFullLog(
  log: Log,
  dataDir: string,
  say: (text: string) => void,
  clock: () => number = Date.now,
): Log {
  let reportedAt = Number.NEGATIVE_INFINITY;
  let isFull = false;

  return logTo(({ name, fields }, level) => {
    const now = clock();
    // The detail of a poll may quote the feed's server, whose message is not about this disk.
    const text =
      name === 'poll' ? '' : 'error' in fields ? fields.error : 'detail' in fields ? fields.detail : '';
    if (DISK_FULL.test(text)) {
      isFull = true;
      if (now - reportedAt < MINUTE_MS) return;
      reportedAt = now;
      say(
        `${formatClockTime(now)}  the disk is full: cannot write to ${dataDir}. Nothing is lost; polling and sending resume when there is space`,
      );
      return;
    }
    // A finished poll has written its state.
    if (isFull && name === 'poll' && fields.outcome !== 'waiting' && fields.outcome !== 'resting') {
      isFull = false;
      reportedAt = Number.NEGATIVE_INFINITY;
      say(`${formatClockTime(now)}  the disk has space again: writing to ${dataDir}`);
    }
    log[level](name, fields);
  });
}
