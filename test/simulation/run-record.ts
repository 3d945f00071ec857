import type { Alert, Protocol } from '../../functions/shared/model.ts';
import type { StageName } from '../../functions/shared/pipeline.ts';
import type { Edition } from './news.ts';

/** The functions that are simulated: the stages, and the one that hubs call. */
export type SimulatedFunction = StageName | 'push';

/** One invocation of a function, until it ends or dies. */
export interface Invocation {
  readonly name: string;
  readonly stage: SimulatedFunction;
  readonly startedAt: number;
  state: 'running' | 'done' | 'failed' | 'dead';
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
  readonly protocols: readonly Protocol[];
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

export interface WaitingEntry {
  readonly at: number;
  readonly storyId: string;
  readonly feed: string;
  readonly kind: string;
  readonly role: string;
  readonly protocols: readonly Protocol[];
}

/** Everything observed in a run: from outside, and in the records when they were written. */
export class RunRecord {
  readonly published: PublishedAlert[] = [];
  /** Every edition that a poll read, by the hash of its body. */
  readonly editions = new Map<string, Edition>();
  readonly committed: CommittedPoll[] = [];
  /** Items that polls sent to the items queue, by feed and revision, in order. */
  readonly sent = new Map<string, { readonly polledAt: string; readonly titles: readonly string[] }[]>();
  /** All titles and summaries that were ever stored for an item, by the keys of its record. */
  readonly stored = new Map<string, Set<string>>();
  /** Every attempt that claimed an alert, in order, by alert id. */
  readonly attempts = new Map<string, ClaimAttempt[]>();
  /** Ids of alerts with a publish whose outcome its function does not know. */
  readonly unanswered = new Set<string>();
  /** Waiting digest entries as they were first written, by topic and key. */
  readonly digestEntries = new Map<string, WaitingEntry>();
  /** Notices that the operators must receive: the feed by notice id. */
  readonly notices = new Map<string, string>();
  /** Stories that the reader muted, in order. */
  readonly mutes: Mute[] = [];
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

  fault(kind: string): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }
}
