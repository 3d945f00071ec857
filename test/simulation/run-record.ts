import type { Alert, Protocol } from '../../functions/shared/model.ts';
import type { StageName } from '../../functions/shared/pipeline.ts';
import type { Edition } from './news.ts';

/** One run of a function, from its start to its end or death. */
export interface Invocation {
  readonly name: string;
  readonly stage: StageName;
  readonly startedAt: number;
  state: 'running' | 'done' | 'failed' | 'dead';
  /** Calls whose last try failed: those that the SDK has given up, once the function goes on. */
  readonly failed: Set<string>;
}

/** A publish that SNS took. */
export interface PublishedAlert {
  readonly at: number;
  readonly topicId: string;
  readonly alert: Alert;
  readonly protocols: readonly Protocol[];
  readonly by: Invocation;
  /** Calls that the invocation had given up when it published. */
  readonly givenUpBefore: number;
  /** Its function never heard that it was taken. */
  unanswered: boolean;
  /** The record of the alert was settled; from then on nothing may be sent. */
  settledAt?: number;
}

/** A claim of an alert. */
export interface ClaimAttempt {
  readonly at: number;
  readonly owner: string;
  readonly by: Invocation;
  /** Calls that the invocation had given up when it claimed. */
  readonly givenUpBefore: number;
  /** When its alert was first claimed, by the clock of who did. */
  readonly claimedAt: number;
  readonly protocols: readonly Protocol[];
  /** Keys of the digest entries that it was to tell. */
  readonly covers: readonly string[];
}

/** What a committed poll was shown: from then on the pipeline owes what it holds. */
export interface CommittedPoll {
  readonly at: number;
  readonly feedId: string;
  readonly edition: Edition;
  /** Nothing had been seen of the feed before. */
  readonly first: boolean;
}

export interface WaitingEntry {
  readonly at: number;
  readonly storyId: string;
  readonly feed: string;
  readonly kind: string;
  readonly role: string;
  readonly protocols: readonly Protocol[];
}

/** What was seen of a run from outside, and of its records as they were written. */
export class RunRecord {
  readonly published: PublishedAlert[] = [];
  /** Every edition that a poll was shown, by the hash of its body. */
  readonly editions = new Map<string, Edition>();
  readonly committed: CommittedPoll[] = [];
  /** What polls have sent on, by feed and revision, in the order in which they sent. */
  readonly sent = new Map<string, { readonly polledAt: string; readonly titles: readonly string[] }[]>();
  /** Titles and summaries that were stored of an item, by the keys of its record. */
  readonly stored = new Map<string, Set<string>>();
  /** Every attempt at an alert that has claimed it, in order. */
  readonly attempts = new Map<string, ClaimAttempt[]>();
  /** Alerts of which a publish was sent, and nobody knows what became of it. */
  readonly unanswered = new Set<string>();
  /** Waiting digest entries as they were first written, by topic and key. */
  readonly digestEntries = new Map<string, WaitingEntry>();
  /** What the owner is owed: the feed, by the names of the notices. */
  readonly notices = new Map<string, string>();
  /** Rules that were broken while it ran. */
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
