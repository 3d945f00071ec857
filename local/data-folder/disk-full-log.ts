import type { Log } from '../../functions/shared/ports.ts';

const MINUTE_MS = 60_000;
/** What the embedded servers, the outbox and the system say when there is no room. */
export const DISK_FULL =
  /disk is full|no space left|ENOSPC|EDQUOT|EFBIG|disk quota|SQLITE_FULL|LEVEL_IO_ERROR/i;

/**
 * Returns a log that tells a full disk by a line a minute, where every stage and every message would tell it with a stack,
 * and by one line that there is room again. Nothing that failed counts as done, so all of it is tried again.
 */
export function diskFullLog(
  log: Log,
  dataDir: string,
  say: (text: string) => void,
  clock: () => number = Date.now,
): Log {
  let toldAt = Number.NEGATIVE_INFINITY;
  let isFull = false;
  const time = () => new Date(clock()).toTimeString().slice(0, 8);

  const through =
    (write: Log['error']): Log['error'] =>
    (event, fields) => {
      const now = clock();
      // What a feed answers is no word about this disk.
      if (event !== 'poll' && DISK_FULL.test(`${fields.error} ${fields.detail}`)) {
        isFull = true;
        if (now - toldAt < MINUTE_MS) return;
        toldAt = now;
        say(
          `${time()}  no room to write to ${dataDir}: the disk is full. Polling and sending wait; nothing is lost, and all goes on when there is room`,
        );
        return;
      }
      // A poll that has come to its end has written its state.
      if (isFull && event === 'poll' && fields.outcome !== 'waiting' && fields.outcome !== 'resting') {
        isFull = false;
        toldAt = Number.NEGATIVE_INFINITY;
        say(`${time()}  there is room to write to ${dataDir} again`);
      }
      write(event, fields);
    };
  return {
    debug: through((event, fields) => log.debug(event, fields)),
    info: through((event, fields) => log.info(event, fields)),
    warn: through((event, fields) => log.warn(event, fields)),
    error: through((event, fields) => log.error(event, fields)),
  };
}
