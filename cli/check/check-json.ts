import type { Fault } from '../../config/faults.ts';
import type { WorstDay } from '../../config/worst-day.ts';
import { MONTH_DAYS } from '../../local/past/estimate.ts';
import type { ExpectedTopic } from './expected-month.ts';
import type { ExpectedMonth } from './read-expected-month.ts';

/** What `check` found out about a valid file. */
export interface CheckedFile {
  readonly file: string;
  readonly feeds: number;
  readonly topics: number;
  readonly recipients: number;
  readonly worst: WorstDay;
  readonly month: ExpectedMonth;
  readonly notes: readonly string[];
}

/** Returns what `check --json` prints of a valid file. */
export function checkJson({ file, feeds, topics, recipients, worst, month, notes }: CheckedFile) {
  return {
    file,
    valid: true,
    faults: [],
    feeds,
    topics,
    recipients,
    worstDay: worst,
    month:
      'unknown' in month
        ? { days: MONTH_DAYS, topics: null, unknown: month.unknown }
        : { days: MONTH_DAYS, topics: month.map(topicJson), unknown: null },
    notes,
  };
}

function topicJson({ id, historyMs, month }: ExpectedTopic) {
  return {
    id,
    historyDays: historyMs === undefined ? null : Math.round(historyMs / 864_000) / 100,
    messages: month ? month.messages : null,
  };
}

/** Returns what `check --json` prints of a file with faults. */
export function faultsJson(file: string, faults: readonly Fault[]) {
  return {
    file,
    valid: false,
    faults: faults.map(({ snippet, ...fault }) => ({ ...fault, snippet: snippet ?? null })),
  };
}
