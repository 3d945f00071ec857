import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { describeFileError } from '../../config/file-error.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { writeFileAtomically } from '../data-folder/write-file-atomically.ts';

/** What SMS have cost in each month, at most. The file counts an SMS before it is sent, so a kill can only count too much. */
export interface SmsSpend {
  /**
   * Counts an amount in USD. Returns a function that takes it back, for an SMS that was certainly not sent; undefined,
   * without counting the amount, if the limit of the month does not allow it.
   * @throws NewsAlertsError if the file cannot be read or written; the SMS must then not be sent
   */
  reserve(usd: number): (() => void) | undefined;
  /** Returns what was counted for the current month, USD. */
  spent(): number;
}

/** Whole millionths of a dollar by month (UTC), since sums of fractions are not exact. */
type Months = Readonly<Record<string, number>>;

const schema = z.object({ v: z.literal(1), millionths: z.record(z.string(), z.number().nonnegative()) });
const MILLION = 1_000_000;
const MAX_MONTHS = 12;

export const smsSpendFile = (dataDir: string): string => join(dataDir, 'sms-spend.json');

/** Returns the month of a time in UTC, by which AWS bills, such as `2026-11`. */
export const monthOf = (now: number): string => new Date(now).toISOString().slice(0, 7);

/** @throws NewsAlertsError if the file exists but cannot be read */
export function createSmsSpend(file: string, monthlyUsd: number): SmsSpend {
  const limit = Math.round(monthlyUsd * MILLION);
  /** Returns false if the limit of the month does not allow the amount. */
  const add = (amount: number, month: string): boolean => {
    const months = readMonths(file);
    const total = (months[month] ?? 0) + amount;
    if (amount > 0 && total > limit) return false;
    const kept = Object.entries({ ...months, [month]: Math.max(0, total) })
      .sort()
      .slice(-MAX_MONTHS);
    writeMonths(file, Object.fromEntries(kept));
    return true;
  };
  readMonths(file);
  return {
    reserve(usd) {
      const amount = Math.round(usd * MILLION);
      const month = monthOf(Date.now());
      if (!add(amount, month)) return undefined;
      return () => {
        try {
          add(-amount, month);
        } catch {
          // Too much stays counted, which is safe.
        }
      };
    },
    spent: () => readSmsSpend(file, Date.now()),
  };
}

/**
 * Returns what was counted for the month of `now`, USD; 0 without a file.
 * @throws NewsAlertsError if the file cannot be read
 */
export function readSmsSpend(file: string, now: number): number {
  return (readMonths(file)[monthOf(now)] ?? 0) / MILLION;
}

function readMonths(file: string): Months {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8'))).millionths;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {};
    const isDamaged = cause instanceof SyntaxError || cause instanceof z.ZodError;
    throw new NewsAlertsError(
      `${file}: expected what SMS have cost in each month, got ${isDamaged ? 'a file with other content' : describeFileError(cause)}; ` +
        `restore it from a backup, or move it away (mv ${file} ${file}.damaged): the month is then counted from zero`,
      { cause },
    );
  }
}

function writeMonths(file: string, millionths: Months): void {
  try {
    writeFileAtomically(file, `${JSON.stringify({ v: 1, millionths })}\n`);
  } catch (cause) {
    throw new NewsAlertsError(
      `${file}: expected a file to write, got ${describeFileError(cause)}; SMS wait until that is fixed`,
      { cause },
    );
  }
}
