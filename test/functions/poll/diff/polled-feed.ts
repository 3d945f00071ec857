import { poll } from '../../../../functions/poll/poll.ts';
import type { ItemsFound } from '../../../../functions/shared/messages.ts';
import type { Feed, PipelineConfig } from '../../../../functions/shared/model.ts';
import { environmentSecrets } from '../../../../functions/shared/secrets.ts';
import { type FeedState, feedStates } from '../../../../functions/shared/store/feed-states.ts';
import { items } from '../../../../functions/shared/store/items.ts';
import { countedMetrics } from '../../../helpers/counted-metrics.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const START = Date.parse('2026-03-10T10:00:00Z');

/** An entry of a feed; `ago` is the time from its date to START, ms. */
export interface ShownEntry {
  readonly title: string;
  readonly text?: string;
  readonly ago?: number;
  readonly date?: string;
  readonly guid?: string;
  readonly url?: string;
}

/** A feed that the real `poll` polls, with its seen set packed in its state. */
export class PolledFeed {
  now = START;
  /** Version of the configuration. */
  config = 'c';
  /** Number of requests. */
  requests = 0;
  readonly notices: string[] = [];
  readonly #id: string;
  readonly #table = memoryTable();
  readonly #firstPoll: number;

  constructor({
    id = 'herald',
    firstPoll = DAY,
  }: { readonly id?: string; readonly firstPoll?: number } = {}) {
    this.#id = id;
    this.#firstPoll = firstPoll;
  }

  /** Polls a document, and returns the sent items as "new Title (alert)". */
  async poll(...shown: readonly ShownEntry[]): Promise<string[]> {
    const items = await this.pollItems(shown);
    return items.map(({ change, item, loudness }) => `${change} ${item.title} (${loudness})`);
  }

  /** Polls a feed, and returns the sent items. */
  pollItems(shown: readonly ShownEntry[]): Promise<ItemsFound['items']> {
    return this.pollDocument(rss(shown), { contentType: 'application/rss+xml' });
  }

  /** Polls any document, and returns the sent items. `url`: its address. */
  async pollDocument(
    document: string,
    {
      contentType = 'text/html',
      url = `https://${this.#id}.test/feed`,
    }: { readonly contentType?: string; readonly url?: string } = {},
  ): Promise<ItemsFound['items']> {
    const id = this.#id;
    const times = { every: HOUR, everyAtMost: HOUR, offset: 0, tags: [], enabled: true };
    const feed: Feed = { id, url, title: id, ...times };
    const config: PipelineConfig = {
      version: this.config,
      feeds: [feed],
      topics: [],
      firstPoll: this.#firstPoll,
      onAmbiguous: { email: 'resend', sms: 'skip' },
    };
    const sent: ItemsFound['items'][number][] = [];
    const log = () => undefined;
    const bytes = new TextEncoder().encode(document);
    await poll(
      {
        clock: () => this.now,
        log: { debug: log, info: log, warn: log, error: log },
        metrics: countedMetrics(),
        config,
        fetch: async () => {
          this.requests++;
          return { kind: 'document', bytes, contentType, url };
        },
        secrets: environmentSecrets({}),
        feedStates: feedStates(this.#table),
        items: items(this.#table),
        countWords: async () => undefined,
        limitDocuments: (work) => work(),
        itemsQueue: {
          send: async (messages) => void sent.push(...messages.flatMap(({ body }) => body.items)),
        },
        notices: {
          send: async (messages) => void this.notices.push(...messages.map(({ body }) => body.title)),
        },
      },
      { v: 1, feedId: id, tickAt: new Date(this.now).toISOString() },
    );
    return sent;
  }

  state(): Promise<FeedState> {
    return feedStates(this.#table).get(this.#id);
  }

  /** Writes a state, such as one of an earlier release. */
  async setState(state: Omit<FeedState, 'version'>): Promise<void> {
    await feedStates(this.#table).commit(this.#id, await this.state(), state);
  }
}

function rss(shown: readonly ShownEntry[]): string {
  const list = shown.map(({ title, text, ago, date, guid, url }) => {
    const time = ago === undefined ? date : new Date(START - ago).toUTCString();
    return (
      `<item><title>${title}</title>${url ? `<link>${url}</link>` : ''}` +
      `${guid ? `<guid isPermaLink="false">${guid}</guid>` : ''}` +
      `${time ? `<pubDate>${time}</pubDate>` : ''}<description>${text ?? ''}</description></item>`
    );
  });
  return `<rss version="2.0"><channel><title>Herald</title>${list.join('')}</channel></rss>`;
}
