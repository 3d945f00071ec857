import pLimit from 'p-limit';
import type { Clock } from '../../shared/model.ts';

/** Not asked now: the host wants to be left alone until then, or is busy with what it was asked before. */
export interface Postponed {
  readonly kind: 'postponed';
  /** ms since the epoch. */
  readonly retryAt: number;
}

/** Sees to it that no host is asked too much at once, nor before the time that it gave. */
export interface HostLimiter {
  /**
   * Does the work when the host's turn comes. `patience`: how long to wait for it, ms; what a host lets hang must not use up
   * all the time that others have as well. `feed`: the feed's own address, if a redirect leads to `url`: the feeds of one
   * host wait for each other there, and keep nobody else waiting.
   */
  run<Result>(
    url: URL,
    patience: number,
    work: () => Promise<Result>,
    feed?: URL,
  ): Promise<Result | Postponed>;
  /** The host asked for it, of the requests for its own feeds. */
  pause(url: URL, until: number): void;
}

/** Requests to a host at once. */
const MAX_REQUESTS_PER_HOST = 2;
/** No host means more, and a clock that is wrong may say so. */
const MAX_PAUSE_MS = 24 * 3_600_000;

export function hostLimiter(clock: Clock): HostLimiter {
  const hosts = new Map<string, { readonly limit: ReturnType<typeof pLimit>; users: number }>();
  const pauses = new Map<string, number>();

  const pauseOf = (host: string): Postponed | undefined => {
    const until = pauses.get(host);
    if (until === undefined) return undefined;
    const left = until - clock();
    // Longer than any: the clock has been set back since.
    if (left > 0 && left <= MAX_PAUSE_MS) return { kind: 'postponed', retryAt: until };
    pauses.delete(host);
    return undefined;
  };

  return {
    async run(url, patience, work, feed = url) {
      const name = nameOf(url);
      const line = isSameHost(url, feed) ? name : `${nameOf(feed)} ${name}`;
      const host = hosts.get(line) ?? { limit: pLimit(MAX_REQUESTS_PER_HOST), users: 0 };
      hosts.set(line, host);
      host.users++;
      let timer: NodeJS.Timeout | undefined;
      let late = false;
      const tooLate = new Promise<Postponed>((resolve) => {
        timer = setTimeout(() => {
          late = true;
          resolve({ kind: 'postponed', retryAt: clock() });
        }, patience);
      });
      const turn = host.limit(async () => {
        clearTimeout(timer);
        // What another was told meanwhile holds for this one, too. When it is late, nobody waits for it any more.
        return pauseOf(name) ?? (late ? tooLate : work());
      });
      try {
        return await Promise.race([turn, tooLate]);
      } finally {
        host.users--;
        if (host.users === 0) hosts.delete(line);
      }
    },
    pause(url, until) {
      const now = clock();
      // Hosts that are never asked again would stay for ever.
      for (const [host, end] of pauses) if (end <= now) pauses.delete(host);
      pauses.set(nameOf(url), Math.min(until, now + MAX_PAUSE_MS));
    },
  };
}

/** Whether two addresses are of one server: http and https are, another port is not. */
export function isSameHost(one: URL, other: URL): boolean {
  return nameOf(one) === nameOf(other);
}

function nameOf({ hostname, port }: URL): string {
  const host = hostname.replace(/\.$/, '');
  return port === '' || port === '80' || port === '443' ? host : `${host}:${port}`;
}
