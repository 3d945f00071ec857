import type { DeliveryName } from '../pipeline.ts';
import { number, optional, readRecord, type Shape, text } from './record-shape.ts';
import type { Table } from './table.ts';

/** Returns the beginning of the partition keys of a function's records. */
export const partitionPrefix = (name: DeliveryName): string => `${name.toUpperCase()}#`;

/** Why messages do not reach a recipient. */
export interface RecipientProblem {
  /** When it began, ms. */
  readonly since: number;
  /** What the service answered last, and what to do. Contains no secret. */
  readonly detail: string;
  /** Nothing is sent to the recipient before this time, ms. */
  readonly nextAt: number;
  /** When a message was given up, ms. Absent if all of them are still tried. */
  readonly failedAt?: number | undefined;
}

export interface RecipientProblems {
  /** Returns the problems by recipient. Recipients without one have none. */
  all(): Promise<ReadonlyMap<string, RecipientProblem>>;
  /**
   * Stores a problem. If another invocation has learned that the recipient must not be disturbed for longer, only a message
   * that was given up is added to what is known.
   */
  put(recipient: string, problem: RecipientProblem): Promise<void>;
  /** Ends a problem, unless another invocation has stored a newer one. */
  clear(recipient: string, problem: RecipientProblem): Promise<void>;
}

/** A recipient that is no longer there leaves its problem behind. */
const KEPT_SECONDS = 30 * 86_400;

const SHAPE: Shape<RecipientProblem> = {
  since: number,
  detail: text,
  nextAt: number,
  failedAt: optional(number),
};

export function recipientProblems(table: Table, name: DeliveryName): RecipientProblems {
  const pk = `${partitionPrefix(name)}PROBLEMS`;
  return {
    async all() {
      const records = await table.query({ pk, from: '', to: '~' });
      return new Map(records.map((record) => [String(record.sk), readRecord(record, SHAPE)]));
    },
    async put(recipient, problem) {
      const key = { pk, sk: recipient };
      const { nextAt, failedAt } = problem;
      const expiresAt = Math.floor(nextAt / 1_000) + KEPT_SECONDS;
      const record = { ...key, ...problem, expiresAt };
      for (;;) {
        if (await table.put(record, { any: [{ absent: true }, { attribute: 'nextAt', below: nextAt }] }))
          return;
        if (failedAt === undefined) return;
        const stored = await table.get(key);
        // Another invocation has just ended the problem.
        if (stored === undefined) continue;
        const known = readRecord(stored, SHAPE);
        if (known.failedAt !== undefined && known.failedAt >= failedAt) return;
        const isSame = { attribute: 'nextAt', equals: known.nextAt } as const;
        if (await table.put({ ...stored, ...key, failedAt, detail: problem.detail }, isSame)) return;
      }
    },
    async clear(recipient, { nextAt }) {
      await table.delete({ pk, sk: recipient }, { attribute: 'nextAt', equals: nextAt });
    },
  };
}
