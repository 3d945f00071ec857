import { createHmac } from 'node:crypto';
import type { HubAccess } from '../../functions/poll/push/pushing.ts';
import type { PushEvent } from '../../functions/push/handler.ts';
import type { SeededRandom } from '../helpers/seeded-random.ts';
import type { Caller, Network } from './network.ts';
import type { FeedScript, News } from './news.ts';
import type { RunRecord } from './run-record.ts';
import { MINUTE, type VirtualTime } from './virtual-time.ts';

export const HUB = 'https://hub.example/';
export const CALLBACK_URL = 'https://callback.example/';
/** A word of forged items. No article has it. */
const FORGED = 'forged';

export interface HubOptions {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly record: RunRecord;
  readonly news: News;
  /** Words that the topics watch for. */
  readonly watched: readonly string[];
  readonly calmFrom: number;
}

type Call = (
  event: PushEvent,
  done: (answer?: { readonly statusCode?: number; readonly body?: string }) => void,
) => void;

interface Subscription {
  readonly feed: FeedScript;
  readonly callback: URL;
  readonly secret: string;
  readonly until: number;
}

/** After these waits, a hub sends again what was not accepted. Then it gives up. */
const RETRIES = [MINUTE, 5 * MINUTE, 20 * MINUTE];
/** A hub gives up waiting for an answer after this time. */
const PATIENCE = 15_000;

/**
 * A hub that pushes the news of some feeds: late, in part, twice, or not at all. It refuses subscriptions and falls silent.
 * Somebody else sends forged pushes, and old ones again.
 */
export class SimulatedHub {
  readonly #options: HubOptions;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #isSilent: (time: number) => boolean;
  #call: Call = () => undefined;

  constructor(options: HubOptions) {
    this.#options = options;
    const { time, random, news, calmFrom } = options;
    const silentFrom = time.now + Math.floor(random.fraction() * (calmFrom - time.now));
    const silentFor = random.chance(0.4) ? random.between(30, 600) * MINUTE : 0;
    this.#isSilent = (at) => at >= silentFrom && at < silentFrom + silentFor;
    for (const feed of news.feeds.filter(({ hub }) => hub !== undefined)) {
      const changes = news.articles
        .filter(({ feedId }) => feedId === feed.id)
        .flatMap(({ name, from, versions }) =>
          versions.map((version) => ({ name, at: Math.max(from, version.from) })),
        )
        .filter(({ at }) => at > time.now);
      for (const { name, at } of changes) time.after(at - time.now, () => this.#changed(feed, name));
    }
  }

  /** Sets the function that answers the callbacks. */
  connect(call: Call): void {
    this.#call = call;
  }

  /** Returns what poll asks the hub with. */
  accessOf(network: Network): (caller: Caller) => HubAccess {
    const { time, random, news, record } = this.#options;
    return (caller) => ({
      randomHex: (bytes) => Array.from({ length: bytes }, () => 'acef'[random.integer(4)]).join(''),
      askHub: ({ form }) =>
        new Promise((resolve) => {
          if (caller.dead) return;
          time.after(network.latency(), () => {
            if (caller.dead) return;
            const feed = news.feeds.find(({ url }) => url === form.get('hub.topic'));
            if (!feed) throw new TypeError(`no feed at ${form.get('hub.topic')}`);
            if (!network.calm && random.chance(0.2)) {
              record.fault('hub refuses');
              resolve(false);
              return;
            }
            this.#verify(feed, form);
            resolve(true);
          });
        }),
    });
  }

  /** Asks the subscriber whether it wants the subscription, before or after the answer to its request arrives. */
  #verify(feed: FeedScript, form: URLSearchParams): void {
    const { time, random } = this.#options;
    const callback = new URL(form.get('hub.callback') ?? '');
    const lease = random.between(20, 24 * 60) * MINUTE;
    const challenge = String(random.integer(1e9));
    const query = new URLSearchParams({
      'hub.mode': 'subscribe',
      'hub.topic': feed.url,
      'hub.challenge': challenge,
      'hub.lease_seconds': String(lease / 1_000),
    });
    time.after(random.between(1, 2_000), () =>
      this.#call(eventOf('GET', callback, { query }), (answer) => {
        if (answer?.statusCode !== 200 || answer.body !== challenge) return;
        const secret = form.get('hub.secret') ?? '';
        this.#subscriptions.set(callback.href, { feed, callback, secret, until: time.now + lease });
      }),
    );
  }

  #changed(feed: FeedScript, name: string): void {
    const { time, random, news, record } = this.#options;
    for (const { callback, secret, until } of [...this.#subscriptions.values()].filter(
      (one) => one.feed === feed,
    )) {
      if (until <= time.now) continue;
      if (this.#isSilent(time.now) || random.chance(0.05)) {
        record.fault('push lost');
        continue;
      }
      const { body } = random.chance(0.5)
        ? news.edition(feed, time.now)
        : news.edition(feed, time.now, (article) => article.name === name || random.chance(0.3));
      const signed = pushOf(callback, body, secret);
      const send = () => this.#deliver(signed);
      time.after(random.chance(0.9) ? random.between(100, 5_000) : random.between(1, 60) * MINUTE, send);
      if (random.chance(0.1)) {
        record.fault('push repeated');
        time.after(random.between(1, 120) * MINUTE, send);
      }
      if (random.chance(0.2)) {
        record.fault('push forged');
        const title = [FORGED, ...this.#options.watched].join(' ');
        const forged = body.replace('<item>', `<item><title>${title}</title></item><item>`);
        const event = pushOf(callback, forged, random.chance(0.5) ? 'guessed' : '');
        time.after(random.between(1, MINUTE), () =>
          this.#call(event, (answer) => {
            if (answer && answer.statusCode !== 403)
              record.broken.push(`a forged push got ${answer.statusCode}`);
          }),
        );
      }
    }
  }

  /** Sends a push until it is accepted. */
  #deliver(event: PushEvent, attempt = 0): void {
    const { time, record } = this.#options;
    let isOver = false;
    const end = (accepted: boolean) => {
      if (isOver) return;
      isOver = true;
      const wait = RETRIES[attempt];
      if (accepted) return;
      if (wait === undefined) record.fault('push given up');
      else time.after(wait, () => this.#deliver(event, attempt + 1));
    };
    time.after(PATIENCE, () => end(false));
    this.#call(event, (answer) => end((answer?.statusCode ?? 500) < 300));
  }
}

function pushOf(callback: URL, body: string, secret: string): PushEvent {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const headers = { 'content-type': 'application/rss+xml', 'x-hub-signature': `sha256=${signature}` };
  return eventOf('POST', callback, { body, headers });
}

function eventOf(
  method: string,
  { pathname }: URL,
  {
    query = new URLSearchParams(),
    body = '',
    headers = {},
  }: { query?: URLSearchParams; body?: string; headers?: Record<string, string> },
): PushEvent {
  return {
    rawPath: pathname,
    rawQueryString: query.toString(),
    headers,
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
    requestContext: { http: { method } },
  };
}
