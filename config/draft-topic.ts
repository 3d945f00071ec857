import type { Topic } from '../functions/shared/model.ts';
import { termSets } from './compile-queries.ts';
import { codeFrame } from './query/code-frame.ts';
import { compileQuery } from './query/compile-query.ts';
import type { QueryError, QueryWarning } from './query/query-error.ts';
import { toTopic } from './resolve.ts';
import type { ConfigFile } from './schema/schema.ts';

/** The sections of a file that all topics share. */
export interface SharedSections {
  readonly terms: NonNullable<ConfigFile['terms']>;
  readonly defaults: NonNullable<ConfigFile['defaults']>;
}

/** A query that is not in the file, as a topic with the file's defaults. */
export interface DraftTopic {
  /** Absent if there are faults. */
  readonly topic?: Topic;
  readonly faults: readonly QueryError[];
  readonly warnings: readonly QueryWarning[];
}

const DRAFT_ID = 'draft';

/** Compiles a query that is not in the file. It may use the sets of the file. */
export function draftTopic(text: string, { terms, defaults }: SharedSections): DraftTopic {
  const { query, faults, warnings } = compileQuery({ text }, termSets(terms));
  if (!query) return { faults, warnings };
  const topic = toTopic({ id: DRAFT_ID, match: text }, { query, urgent: undefined }, defaults);
  return { topic, faults, warnings };
}

/** Returns the lines that describe a fault of a query: what is wrong, where, and what to write instead. */
export function describeQueryFault(fault: QueryError): string {
  const position = fault.at - fault.source.text.lastIndexOf('\n', fault.at - 1);
  return [`the query, character ${position}: ${fault.message}`, ...codeFrame(fault).split('\n')].join(
    '\n    ',
  );
}
