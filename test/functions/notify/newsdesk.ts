import { randomUUID } from 'node:crypto';
import { type NotifyDeps, notify } from '../../../functions/notify/notify.ts';
import { recordsOf } from '../../../functions/notify/records.ts';
import type { Channels } from '../../../functions/shared/channels.ts';
import { hash64 } from '../../../functions/shared/hash.ts';
import type {
  Alert,
  DigestDue,
  Hit,
  Notice,
  OnAmbiguous,
  Protocol,
  RenderedAlert,
  SmsParts,
  Topic,
} from '../../../functions/shared/model.ts';
import { LEASE_MS } from '../../../functions/shared/store/claims.ts';
import { digests } from '../../../functions/shared/store/digests.ts';
import type { Table } from '../../../functions/shared/store/table.ts';
import { countedMetrics } from '../../helpers/counted-metrics.ts';

/** What SNS does with a publish; `lost` and `vanished` give no answer, after it took the message and before. */
export type Answer = 'published' | 'throttled' | 'refused' | 'lost' | 'vanished';

export interface Told {
  readonly message: RenderedAlert;
  readonly alert: Alert;
  readonly protocols: readonly Protocol[];
}

export const START = Date.parse('2026-03-01T09:30:00.000Z');
export const LEASE = LEASE_MS;
const MINUTE = 60_000;

let desks = 0;

/** Notify with its real stores and a topic of its own, a clock that is set by hand, and channels that answer as they are told. */
export class Newsdesk {
  readonly topic: Topic;
  /** What SNS has taken. */
  readonly told: Told[] = [];
  /** The next answers of SNS; it takes everything once they are used up. */
  readonly answers: Answer[] = [];
  readonly logged: string[] = [];
  readonly metrics = countedMetrics();
  readonly reasons: unknown[] = [];
  now = START;
  readonly #table: Table;
  readonly #onAmbiguous: Readonly<Record<Protocol, OnAmbiguous>>;
  smsParts: SmsParts | undefined;

  constructor(
    table: Table,
    topic: Partial<Topic> = {},
    onAmbiguous: Readonly<Record<Protocol, OnAmbiguous>> = { email: 'resend', sms: 'skip' },
  ) {
    desks++;
    this.#table = table;
    this.#onAmbiguous = onAmbiguous;
    this.topic = {
      id: `topic-${desks}`,
      name: 'Bridges',
      query: { all: [] },
      updates: 'material',
      deliver: { mode: 'now' },
      ...topic,
    };
  }

  readonly channels: Channels = {
    publish: async (_topicId, message, protocols) => {
      const answer = this.answers.shift() ?? 'published';
      if (answer === 'published' || answer === 'lost') {
        this.told.push({ message, protocols, alert: JSON.parse(message.json) as Alert });
      }
      if (answer === 'published') return { kind: 'published', messageId: `message-${this.told.length}` };
      return { kind: answer === 'throttled' || answer === 'refused' ? answer : 'unknown', detail: answer };
    },
  };

  /** `through` and `channels`: the ports to use in place of the real ones. */
  deps(through: Table = this.#table, channels: Channels = this.channels): NotifyDeps {
    const log = (event: string, fields?: object) => {
      this.logged.push(event);
      this.reasons.push(fields && 'reason' in fields ? fields.reason : undefined);
    };
    return {
      clock: () => this.now,
      log: { debug: log, info: log, warn: log, error: log },
      metrics: this.metrics,
      config: {
        version: '1',
        feeds: [],
        topics: [this.topic],
        firstPoll: 0,
        onAmbiguous: this.#onAmbiguous,
        ...(this.smsParts ? { smsParts: this.smsParts } : {}),
      },
      ...recordsOf(through, randomUUID()),
      channels,
    };
  }

  /** A message from the hits queue. */
  receive(message: Hit | DigestDue | Notice, deps = this.deps()): Promise<void> {
    return notify(deps, message);
  }

  hit(fields: HitFields = {}): Hit {
    const { title = 'Kessel bridge opens after nine years', summary = 'A ribbon was cut.', ...rest } = fields;
    const { id = 'item-1', feed = 'The Courier', terms = ['bridge'], polledAt = this.now } = rest;
    const { change = 'new', loudness = 'alert' } = rest;
    return {
      v: 2,
      kind: 'hit',
      topicId: this.topic.id,
      tickAt: new Date(Math.floor(this.now / MINUTE) * MINUTE).toISOString(),
      polledAt: new Date(polledAt).toISOString(),
      feed: { id: feed.toLowerCase().replaceAll(' ', '-'), title: feed },
      item: {
        id,
        contentHash: hash64(title, summary),
        title,
        summary,
        url: rest.url ?? `https://courier.example/${id}`,
      },
      change,
      loudness,
      terms,
      why: terms.slice(0, 8).map((term) => ({ term, field: 'title', snippet: title })),
    };
  }

  /** Lays an alert by for a digest, as deliver does, without the rest. */
  layBy(dueAt: string, n: number, title: string): Promise<void> {
    const { item, feed, why } = this.hit({ id: `laid-by-${n}`, title });
    return digests(this.#table).add(
      { topicId: this.topic.id, dueAt: Date.parse(dueAt) },
      { id: `alert-${n}`, claimedAt: START + n },
      {
        kind: 'digest',
        protocols: ['email', 'sms'],
        entry: {
          kind: 'new',
          storyId: `story-${n}`,
          itemId: item.id,
          title,
          summary: '',
          feed: feed.title,
          why,
        },
      },
    );
  }

  /** Digests of this desk that are due by now, as dispatch puts them on the queue. */
  async due(of = this.topic.id): Promise<DigestDue[]> {
    const all = await digests(this.#table).due(this.now);
    return all.filter(({ topicId }) => topicId === of).map((digest) => ({ v: 1, kind: 'digest', ...digest }));
  }

  /** Sends what is due, as a minute's tick does. */
  async tick(): Promise<void> {
    for (const digest of await this.due()) await this.receive(digest);
  }

  /** Titles told, message by message. */
  titles(protocol: Protocol = 'email'): string[][] {
    return this.told
      .filter(({ protocols }) => protocols.includes(protocol))
      .map(({ alert }) => alert.entries.map(({ title }) => title));
  }
}

export interface HitFields {
  readonly id?: string;
  readonly title?: string;
  readonly summary?: string;
  readonly feed?: string;
  readonly url?: string;
  readonly terms?: readonly string[];
  readonly polledAt?: number;
  readonly change?: Hit['change'];
  readonly loudness?: Hit['loudness'];
}
