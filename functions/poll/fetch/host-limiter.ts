import pLimit, { type LimitFunction } from 'p-limit';
import type { Clock } from '../../shared/model.ts';

/** No request was made: the host asked for a pause, or is busy with earlier requests. */
export interface Postponed {
  readonly kind: 'postponed';
  /** ms since the epoch. */
  readonly retryAt: number;
}

/** Limits concurrent requests per host, and observes the pauses that hosts ask for. */
export interface HostLimiter {
  /**
   * Runs `work` when the host has a free slot. Postpones `work` if no slot is free within `maxWait` ms, so that a host that
   * hangs does not use up the time of others. `feed` is the feed's own address if `url` is the target of a redirect. Feeds of
   * one host share slots for such requests, so they do not delay the requests of other feeds.
   */
  run<Result>(
    url: URL,
    maxWait: number,
    work: () => Promise<Result>,
    feed?: URL,
  ): Promise<Result | Postponed>;
  /** Postpones all requests to the host until this time, ms since the epoch. */
  pause(url: URL, until: number): void;
}

/** Concurrent requests to one host. */
const MAX_REQUESTS_PER_HOST = 2;
/** No host wants a longer pause, but a host with a wrong clock may ask for one. */
const MAX_PAUSE_MS = 24 * 3_600_000;

export function hostLimiter(clock: Clock): HostLimiter {
  const queues = new Map<string, { readonly limit: LimitFunction; users: number }>();
  const pauses = new Map<string, number>();

  const pauseOf = (host: string): Postponed | undefined => {
    const until = pauses.get(host);
    if (until === undefined) return undefined;
    const left = until - clock();
    // A longer pause than the maximum means that our clock was set back.
    if (left > 0 && left <= MAX_PAUSE_MS) return { kind: 'postponed', retryAt: until };
    pauses.delete(host);
    return undefined;
  };

  return {
    async run(url, maxWait, work, feed = url) {
      const host = hostOf(url);
      const key = isSameHost(url, feed) ? host : `${hostOf(feed)} ${host}`;
      const queue = queues.get(key) ?? { limit: pLimit(MAX_REQUESTS_PER_HOST), users: 0 };
      queues.set(key, queue);
      queue.users++;
      // The host may ask another request for a pause while this one waits.
      const start = async () => pauseOf(host) ?? (await work());
      try {
        // Most requests find a free slot, and need no timer.
        if (queue.users <= MAX_REQUESTS_PER_HOST) return await queue.limit(start);
        return await startInTime(queue.limit, start, maxWait, clock);
      } finally {
        queue.users--;
        if (queue.users === 0) queues.delete(key);
      }
    },
    pause(url, until) {
      const now = clock();
      // Drops expired pauses, so that hosts without further requests do not stay for ever.
      for (const [host, end] of pauses) if (end <= now) pauses.delete(host);
      pauses.set(hostOf(url), Math.min(until, now + MAX_PAUSE_MS));
    },
  };
}

/** Runs `start` in a slot of the limit; postpones it if none is free within `maxWait` ms. */
async function startInTime<Result>(
  limit: LimitFunction,
  start: () => Promise<Result | Postponed>,
  maxWait: number,
  clock: Clock,
): Promise<Result | Postponed> {
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  const tooLate = new Promise<Postponed>((resolve) => {
    timer = setTimeout(() => {
      isLate = true;
      resolve({ kind: 'postponed', retryAt: clock() });
    }, maxWait);
  });
  const result = limit((): Promise<Result | Postponed> => {
    clearTimeout(timer);
    // Nobody waits for a result that comes too late.
    return isLate ? tooLate : start();
  });
  return Promise.race([result, tooLate]);
}

/**
 * Returns whether two addresses belong to one server. The standard ports of http and https count as one server; any other port
 * is a separate one.
 */
export function isSameHost(one: URL, other: URL): boolean {
  return hostOf(one) === hostOf(other);
}

function hostOf({ hostname, port }: URL): string {
  const host = hostname.replace(/\.$/, '');
  return port === '' || port === '80' || port === '443' ? host : `${host}:${port}`;
}
