import type { Alert, NotifyMode, Protocol } from '../../functions/shared/model.ts';
import type { DeliveryName, StageName } from '../../functions/shared/pipeline.ts';
import type { EmailReaders } from '../../functions/shared/ports.ts';
import type { Edition } from './news.ts';

/** The functions that are simulated: the stages, the one that hubs call, and those that deliver alerts to recipients. */
export type SimulatedFunction = StageName | 'push' | DeliveryName;

/** One invocation of a function, until it ends or dies. */
export interface Invocation {
  readonly name: string;
  readonly stage: SimulatedFunction;
  readonly startedAt: number;
  state: 'running' | 'done' | 'failed' | 'dead';
  /** When it returned, or undefined if it has not. */
  endedAt?: number;
  /** Calls whose last try failed: their operations by id. When the function continues, the SDK has given these up. */
  readonly failed: Map<string, string>;
}

/** Returns the operations of the calls that an invocation has given up, except for those in `before`. */
export function givenUpSince({ failed }: Invocation, before: ReadonlySet<string>): string[] {
  return [...failed].filter(([id]) => !before.has(id)).map(([, operation]) => operation);
}

/** A publish that SNS accepted. */
export interface PublishedAlert {
  readonly at: number;
  readonly topicId: string;
  readonly alert: Alert;
  /** None for mails to those who get one a day. */
  readonly protocols: readonly Protocol[];
  readonly readers: EmailReaders;
  readonly by: Invocation;
  /** Ids of calls that had failed before the invocation published. */
  readonly givenUpBefore: ReadonlySet<string>;
  /** Whether the function never learned that SNS accepted the publish. */
  unanswered: boolean;
  /** When the claim was settled. After that, the alert may not be sent again. */
  settledAt?: number;
}

/** One attempt that claimed an alert. */
export interface ClaimAttempt {
  readonly at: number;
  readonly owner: string;
  readonly by: Invocation;
  /** Ids of calls that had failed before the invocation claimed. */
  readonly givenUpBefore: ReadonlySet<string>;
  /** When the alert was first claimed, by the clock of the claiming function. */
  readonly claimedAt: number;
  readonly protocols: readonly Protocol[];
  /** Keys of the digest entries that the alert contains. */
  readonly covers: readonly string[];
  /** Whether the alert waits for another message. */
  readonly isWaiting: boolean;
  /** The story in which the attempt delivers an item; absent for messages that list several. */
  readonly storyId?: string;
}

/** A committed poll and the edition that it read. From then on the pipeline must deliver the edition's items. */
export interface CommittedPoll {
  readonly at: number;
  readonly feedId: string;
  readonly edition: Edition;
  /** Whether no earlier committed poll of the feed had items. */
  readonly first: boolean;
}

/** A story that a reader muted, and when this took effect and ended. */
export interface Mute {
  readonly topicId: string;
  readonly storyId: string;
  readonly from: number;
  until?: number;
}

/** A report that a reader took out of its story. */
export interface Split {
  readonly topicId: string;
  readonly itemId: string;
  /** The story that the page showed it in. */
  readonly from: string;
  readonly title: string;
  readonly pressedAt: number;
  /** The new story, once the page has confirmed it. */
  storyId?: string;
  doneAt?: number;
  /** Why the reader was refused. */
  refusal?: string;
}

export interface WaitingEntry {
  readonly at: number;
  readonly storyId: string;
  readonly title: string;
  /** Title of its feed, which in the simulation is the feed's id. */
  readonly feed: string;
  readonly kind: string;
  readonly role: string;
  readonly protocols: readonly Protocol[];
}

/** A message of a poll to the items queue. */
export interface SentItems {
  readonly polledAt: string;
  readonly items: readonly { readonly title: string; readonly loudness: NotifyMode }[];
}

/** Everything observed in a run: from outside, and in the records when they were written. */
export class RunRecord {
  readonly published: PublishedAlert[] = [];
  /** Every edition that a poll read, by the hash of its body. */
  readonly editions = new Map<string, Edition>();
  readonly committed: CommittedPoll[] = [];
  /** Items that polls sent to the items queue, by feed and revision, in order. */
  readonly sent = new Map<string, SentItems[]>();
  /** All titles and summaries that were ever stored for an item, by the keys of its record. */
  readonly stored = new Map<string, Set<string>>();
  /** Every attempt that claimed an alert, in order, by alert id. */
  readonly attempts = new Map<string, ClaimAttempt[]>();
  /** Ids of alerts with a publish whose outcome its function does not know. */
  readonly unanswered = new Set<string>();
  /** Waiting digest entries as they were first written, by topic and key. */
  readonly digestEntries = new Map<string, WaitingEntry>();
  /** Entries for those who get one mail a day, in the same way. */
  readonly dailyEntries = new Map<string, WaitingEntry>();
  /** Notices that the operators must receive: the feed by notice id. */
  readonly notices = new Map<string, string>();
  /** Stories that the reader muted, in order. */
  readonly mutes: Mute[] = [];
  /** Reports that the reader took out of their stories, in order. */
  readonly splits: Split[] = [];
  /** Rules that were broken during the run. */
  readonly broken: string[] = [];
  readonly faults = new Map<string, number>();
  calls = 0;
  invocations = 0;
  readonly #trace: string[] = [];

  trace(line: string): void {
    this.#trace.push(line);
  }

  get lines(): readonly string[] {
    return this.#trace;
  }

  /** Returns a view of this record whose calls leave no trace, because they have texts that differ from run to run. */
  withoutTrace(): RunRecord {
    return Object.assign(Object.create(this), { trace: () => undefined });
  }

  fault(kind: string): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }
}
