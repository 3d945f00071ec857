import type { Log } from '../shared/events.ts';
import type { Exit } from '../shared/exit.ts';
import type { Clock, PipelineConfig } from '../shared/model.ts';
import type { Channels, Metrics } from '../shared/ports.ts';
import { type Claims, claims } from '../shared/store/claims.ts';
import { type DigestQuotas, digestQuotas } from '../shared/store/digest-quotas.ts';
import { type Digests, digests } from '../shared/store/digests.ts';
import { type Mutes, mutes } from '../shared/store/mutes.ts';
import { type Quotas, quotas } from '../shared/store/quotas.ts';
import { type Stories, stories } from '../shared/store/stories.ts';
import { type StreamWords, streamWords } from '../shared/store/stream-words.ts';
import type { Table } from '../shared/store/table.ts';
import { topicList } from '../shared/store/topic-lists.ts';
import type { TermCounts } from './story/term-table.ts';

/** The records that notify reads and writes. */
export interface NotifyStores {
  readonly stories: Stories;
  readonly claims: Claims;
  readonly digests: Digests;
  readonly gathered: DigestQuotas;
  readonly quotas: Quotas;
  /** Returns the number of people who signed up for a topic's SMS. */
  smsSubscribers(topicId: string): Promise<number>;
  /** Returns the number of people who get one mail a day in place of a topic's alerts. */
  dailyReaders(topicId: string): Promise<number>;
  readonly mutes: Mutes;
  readonly streamWords: StreamWords;
}

/** Returns the stores on a table. `worker` must be unique among all claiming processes. */
export function notifyStores(table: Table, worker: string): NotifyStores {
  return {
    stories: stories(table),
    claims: claims(table, worker),
    digests: digests(table),
    gathered: digestQuotas(table),
    mutes: mutes(table),
    quotas: quotas(table),
    smsSubscribers: topicList(table, 'sms').count,
    dailyReaders: topicList(table, 'daily').count,
    streamWords: streamWords(table),
  };
}

export interface NotifyDeps extends NotifyStores {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly config: PipelineConfig;
  readonly channels: Channels;
  /** Returns how readers of emails change or end what they receive. */
  readonly exit: () => Exit;
  /** Returns how common terms are in the latest items of all feeds. */
  readonly termCounts: () => Promise<TermCounts>;
}
