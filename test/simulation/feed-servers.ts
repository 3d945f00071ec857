import type { Failure, Fetch, FetchResult } from '../../functions/poll/fetch/fetch.ts';
import { hashBytes } from '../../functions/shared/hash.ts';
import type { Caller, Network } from './network.ts';
import type { FeedScript } from './news.ts';
import type { RunRecord } from './run-record.ts';
import type { Scenario } from './scenario.ts';
import type { VirtualTime } from './virtual-time.ts';

interface FeedServersOptions {
  readonly time: VirtualTime;
  readonly scenario: Scenario;
  readonly record: RunRecord;
  readonly network: Network;
}

/** Returns poll's fetch, answered by simulated feed servers. A function may die while it waits for a response. */
export function feedServers({
  time,
  scenario,
  record,
  network,
}: FeedServersOptions): (caller: Caller) => Fetch {
  const { random, faults, news } = scenario;
  return (caller) => (wanted) =>
    new Promise((resolve) => {
      if (caller.dead) return;
      const feed = news.feeds.find(({ url, movesTo }) => url === wanted.url || movesTo === wanted.url);
      if (!feed) throw new TypeError(`no feed at ${wanted.url}`);
      if (!network.calm && random.chance(faults.crash)) {
        record.fault('crash-before');
        return caller.die(`fetching ${feed.id}`);
      }
      const trouble = news.troubleAt(feed, time.now);
      if (trouble) record.fault(`feed ${trouble.kind}`);
      const delay = trouble?.kind === 'slow' ? random.between(1_000, 20_000) : network.latency();
      time.after(delay, () => {
        if (caller.dead) return;
        const fetched = answer(feed, wanted);
        record.trace(`${time.now} ${caller.name} fetch ${feed.id} ${trouble?.kind ?? ''} ${fetched.kind}`);
        resolve(fetched);
      });

      function answer(of: FeedScript, { etag }: { readonly etag?: string }): FetchResult {
        const failed = (failure: Failure): FetchResult => ({ kind: 'failed', failure });
        const { movesAt = Number.POSITIVE_INFINITY, goneAt = Number.POSITIVE_INFINITY, movesTo } = of;
        if (time.now >= goneAt) return failed({ kind: 'gone', detail: 'HTTP 410' });
        const moved = time.now >= movesAt && wanted.url !== movesTo ? { moved: movesTo } : {};
        const document = (body: string, tag?: string): FetchResult => ({
          kind: 'document',
          bytes: Buffer.from(body),
          contentType: 'application/rss+xml',
          url: wanted.url,
          ...moved,
          ...(tag ? { etag: tag } : {}),
        });
        const shown = (at: number): FetchResult => {
          const edition = news.edition(of, at);
          const tag = trouble?.kind === 'lying-validator' ? `"lie-${trouble.from}"` : edition.etag;
          if (etag === tag) return { kind: 'unchanged', ...moved };
          record.editions.set(hashBytes(Buffer.from(edition.body)), edition);
          return document(edition.body, tag);
        };
        switch (trouble?.kind) {
          case 'error':
            return failed({ kind: 'status', detail: 'HTTP 500' });
          case 'throttled':
            return failed({
              kind: 'status',
              detail: 'HTTP 429',
              retryAt: time.now + random.between(1, 60) * 60_000,
            });
          case 'unreachable':
            return failed({ kind: 'unreachable', detail: 'ECONNREFUSED' });
          case 'broken':
            return document(news.edition(of, time.now).body.slice(0, -40));
          case 'web-page':
            return document('<!doctype html><html><body>Down for maintenance</body></html>');
          case 'empty':
            return document(
              '<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>',
            );
          case 'stale':
            return shown(random.chance(0.5) ? trouble.from : time.now);
          default:
            return shown(time.now);
        }
      }
    });
}
