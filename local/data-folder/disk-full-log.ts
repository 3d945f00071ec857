import type { Log } from '../../functions/shared/ports.ts';
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

  const filtered =
    (write: Log['error']): Log['error'] =>
    (event, fields) => {
      const now = clock();
      // The detail of a poll may quote the feed's server, whose message is not about this disk.
      if (event !== 'poll' && DISK_FULL.test(`${fields.error} ${fields.detail}`)) {
        isFull = true;
        if (now - reportedAt < MINUTE_MS) return;
        reportedAt = now;
        say(
          `${formatClockTime(now)}  the disk is full: cannot write to ${dataDir}. Nothing is lost; polling and sending resume when there is space`,
        );
        return;
      }
      // A finished poll has written its state.
      if (isFull && event === 'poll' && fields.outcome !== 'waiting' && fields.outcome !== 'resting') {
        isFull = false;
        reportedAt = Number.NEGATIVE_INFINITY;
        say(`${formatClockTime(now)}  the disk has space again: writing to ${dataDir}`);
      }
      write(event, fields);
    };
  return {
    debug: filtered((event, fields) => log.debug(event, fields)),
    info: filtered((event, fields) => log.info(event, fields)),
    warn: filtered((event, fields) => log.warn(event, fields)),
    error: filtered((event, fields) => log.error(event, fields)),
  };
}
