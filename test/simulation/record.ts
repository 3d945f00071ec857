import type { Alert, Protocol } from '../../functions/shared/model.ts';
import type { StageName } from '../../functions/shared/pipeline.ts';
import type { Edition } from './news.ts';

/** One run of a function, from its start to its end or death. */
export interface Invocation {
  readonly name: string;
  readonly stage: StageName;
  readonly startedAt: number;
  state: 'running' | 'done' | 'failed' | 'dead';
  /** Faults that it has met. */
  faults: number;
}

/** A publish that SNS took. */
export interface Published {
  readonly at: number;
  readonly topicId: string;
  readonly alert: Alert;
  readonly protocols: readonly Protocol[];
  readonly by: Invocation;
  /** Faults that the invocation had met when it published. */
  readonly faultsBefore: number;
  /** The record of the alert was settled; from then on nothing may be sent. */
  settledAt?: number;
}

/** What a committed poll was shown: from then on the pipeline owes what it holds. */
export interface Committed {
  readonly at: number;
  readonly feedId: string;
  readonly edition: Edition;
  /** Nothing had been seen of the feed before. */
  readonly first: boolean;
}

/** What was seen of a run from outside, and of its records as they were written. */
export class RunRecord {
  readonly published: Published[] = [];
  /** Every edition that a poll was shown, by the hash of its body. */
  readonly editions = new Map<string, Edition>();
  readonly committed: Committed[] = [];
  /** Alerts whose claim was taken over: an attempt had not come to its end. */
  readonly resumed = new Set<string>();
  /** When a waiting digest entry was first written, by topic and key. */
  readonly laidBy = new Map<string, number>();
  /** When a digest was first claimed, by alert. */
  readonly claimedAt = new Map<string, number>();
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

  fault(kind: string, by?: Invocation): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
    if (by) by.faults++;
  }
}
