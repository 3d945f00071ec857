import { randomUUID } from 'node:crypto';
import type { NotifyDeps } from '../../../functions/notify/deps.ts';
import { notifyStores } from '../../../functions/notify/deps.ts';
import { notify } from '../../../functions/notify/notify.ts';
import type { TermCounts } from '../../../functions/notify/story/term-table.ts';
import { DEFAULT_FOLLOW_UPS } from '../../../functions/shared/default-follow-ups.ts';
import { hash64 } from '../../../functions/shared/hash.ts';
import type { Burst, DigestDue, Hit, Notice } from '../../../functions/shared/messages.ts';
import type {
  Alert,
  AlertEntry,
  FollowUpMode,
  FollowUps,
  PipelineConfig,
  Protocol,
  RenderedAlert,
  SignupSettings,
  SmsParts,
  Topic,
} from '../../../functions/shared/model.ts';
import type { Channels, EmailReaders } from '../../../functions/shared/ports.ts';
import { LEASE_MS } from '../../../functions/shared/store/claims.ts';
import { digests, type ScheduledKind } from '../../../functions/shared/store/digests.ts';
import type { Table } from '../../../functions/shared/store/table.ts';
import { countedMetrics } from '../../helpers/counted-metrics.ts';
import { nextNumber } from '../../helpers/numbering.ts';
import { STREAM_COUNTS } from './unrelated-stream.ts';

/** SNS's reaction to a publish. `lost` takes the message and gives no answer; `vanished` does neither. */
export type SnsAnswer = 'published' | 'throttled' | 'refused' | 'lost' | 'vanished';

export interface PublishedMessage {
  readonly message: RenderedAlert;
  readonly alert: Alert;
  readonly protocols: readonly Protocol[];
  readonly readers: EmailReaders;
}

export const START = Date.parse('2026-03-01T09:30:00.000Z');
export const LEASE = LEASE_MS;
const MINUTE = 60_000;

/** Returns follow-ups in a mode, at the default intervals. */
export const followUps = (mode: FollowUpMode): FollowUps => ({ ...DEFAULT_FOLLOW_UPS, mode });
/** Default time of a harness's round-up. */
export const ROUND_UP = { hour: 18, minute: 0, timeZone: 'UTC' } as const;
export const ROUND_UP_AT = Date.parse('2026-03-01T18:00:00.000Z');

/** `roundUp` defaults to `ROUND_UP`. */
export type HarnessTopic = Partial<Omit<Topic, 'roundUp'>> & { readonly roundUp?: Topic['roundUp'] | 'off' };

/** Runs notify with real stores, its own topic, a manual clock, and channels with scripted answers. */
export class NotifyHarness {
  readonly topic: Topic;
  /** Messages that SNS has accepted. */
  readonly published: PublishedMessage[] = [];
  /** The next answers of SNS. After them, it accepts everything. */
  readonly answers: SnsAnswer[] = [];
  readonly logged: string[] = [];
  readonly metrics = countedMetrics();
  readonly reasons: unknown[] = [];
  now = START;
  readonly #table: Table;
  readonly #onAmbiguous: PipelineConfig['onAmbiguous'];
  smsParts: SmsParts | undefined;
  signup: SignupSettings | undefined;
  /** Term counts of the stream. */
  counts: TermCounts = STREAM_COUNTS;

  constructor(
    table: Table,
    { roundUp = ROUND_UP, ...topic }: HarnessTopic = {},
    onAmbiguous: PipelineConfig['onAmbiguous'] = { email: 'resend', sms: 'skip' },
  ) {
    this.#table = table;
    this.#onAmbiguous = onAmbiguous;
    this.topic = {
      id: `topic-${nextNumber()}`,
      name: 'Bridges',
      query: { all: [] },
      deliver: { mode: 'now' },
      followUps: DEFAULT_FOLLOW_UPS,
      ...(roundUp === 'off' ? {} : { roundUp }),
      ...topic,
    };
  }

  readonly channels: Channels = {
    publish: async (_topicId, message, protocols, readers = 'all') => {
      const answer = this.answers.shift() ?? 'published';
      if (answer === 'published' || answer === 'lost') {
        this.published.push({ message, protocols, readers, alert: JSON.parse(message.json) as Alert });
      }
      if (answer === 'published') return { kind: 'published', messageId: `message-${this.published.length}` };
      return { kind: answer === 'throttled' || answer === 'refused' ? answer : 'unknown', detail: answer };
    },
  };

  /** Returns notify's dependencies. Pass `table` or `channels` to replace the usual ones. */
  deps(table: Table = this.#table, channels: Channels = this.channels): NotifyDeps {
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
        ...(this.signup ? { signup: this.signup } : {}),
      },
      ...notifyStores(table, randomUUID()),
      termCounts: async () => this.counts,
      exit: () => ({ hasSnsLink: true }),
      channels,
    };
  }

  /** Delivers a message from the hits queue to notify. */
  receive(message: Hit | Burst | DigestDue | Notice, deps = this.deps()): Promise<void> {
    return notify(deps, message);
  }

  hit(fields: HitFields = {}): Hit {
    const { title = 'Kessel bridge opens after nine years', summary = 'A ribbon was cut.', ...rest } = fields;
    const { id = 'item-1', feed = 'The Courier', terms = ['bridge'], polledAt = this.now } = rest;
    const { change = 'new', loudness = 'alert', urgent } = rest;
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
        ...(rest.context === undefined ? {} : { context: rest.context }),
      },
      change,
      loudness,
      ...(urgent ? { urgent } : {}),
      terms,
      why: terms.slice(0, 8).map((term) => ({ term, field: 'title', snippet: title })),
    };
  }

  /** Adds an entry that waits for a message, by default a digest, without delivering anything. */
  async addDigestEntry(
    dueAt: string,
    n: number,
    title: string,
    { waitsFor = 'digest', protocols = ['email', 'sms'], ...fields }: DigestEntryFields = {},
  ): Promise<void> {
    const { item, feed, why } = this.hit({ id: `waiting-${n}`, title });
    await digests(this.#table).add(
      { topicId: this.topic.id, dueAt: Date.parse(dueAt) },
      { id: `alert-${n}`, claimedAt: START + n },
      {
        kind: waitsFor,
        protocols,
        entry: {
          kind: 'new',
          storyId: `story-${n}`,
          itemId: item.id,
          title,
          summary: '',
          feed: feed.title,
          why,
          ...fields,
        },
      },
    );
  }

  /** Adds a development that waits for the follow-up of a story. */
  addFollowUpEntry(dueAt: string, n: number, title: string, storyId = 'story'): Promise<void> {
    return this.addDigestEntry(dueAt, n, title, {
      waitsFor: 'follow-up',
      protocols: ['email'],
      role: 'development',
      storyId,
    });
  }

  /** Adds a retelling of a story that waits for the round-up. */
  addRetellingEntry(n: number, title: string, storyId = 'story', dueAt = ROUND_UP_AT): Promise<void> {
    return this.addDigestEntry(new Date(dueAt).toISOString(), n, title, {
      waitsFor: 'roundup',
      protocols: ['email'],
      role: 'also',
      storyId,
    });
  }

  /** Returns the topic's digests that are due by now, as dispatch enqueues them. */
  async dueDigests(ofTopic = this.topic.id): Promise<DigestDue[]> {
    const due = await digests(this.#table).due(this.now);
    return due
      .filter(({ topicId }) => topicId === ofTopic)
      .map((digest) => ({ v: 1, kind: 'digest', ...digest }));
  }

  /** Sends everything that is due, as dispatch's ticks cause. */
  async tick(): Promise<void> {
    for (const digest of await this.dueDigests()) await this.receive(digest);
  }

  /** Sets the clock to a time, ms, and sends everything due by then. */
  async tickAt(time: number): Promise<void> {
    this.now = time;
    await this.tick();
  }

  /** Returns the kind of each message, with the titles of its entries. */
  messages(): [Alert['kind'], ...string[]][] {
    return this.published.map(({ alert }) => [alert.kind, ...alert.entries.map(({ title }) => title)]);
  }

  /** Returns the delivered titles, message by message, without the mails of those who get one a day. */
  titles(protocol: Protocol = 'email'): string[][] {
    return this.published
      .filter(({ protocols, readers }) => protocols.includes(protocol) && readers !== 'daily')
      .map(({ alert }) => alert.entries.map(({ title }) => title));
  }

  /** Returns the titles that somebody received who gets one mail a day, message by message. */
  dailyTitles(): string[][] {
    return this.published
      .filter(({ protocols, readers }) => protocols.includes('email') && readers !== 'at once')
      .map(({ alert }) => alert.entries.map(({ title }) => title));
  }
}

export type DigestEntryFields = Partial<AlertEntry> & {
  readonly waitsFor?: ScheduledKind;
  readonly protocols?: readonly Protocol[];
};

export interface HitFields {
  readonly id?: string;
  readonly title?: string;
  readonly summary?: string;
  readonly feed?: string;
  readonly url?: string;
  readonly context?: string;
  readonly terms?: readonly string[];
  readonly polledAt?: number;
  readonly change?: Hit['change'];
  readonly loudness?: Hit['loudness'];
  readonly urgent?: true;
}
