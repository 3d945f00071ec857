import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { compileQuery } from '../../config/query/compile-query.ts';
import type { QueryError, QueryWarning } from '../../config/query/query-error.ts';
import { TermSets } from '../../config/query/term-sets.ts';
import type { Query } from '../../functions/shared/model.ts';
import type { CollectionName } from './labelled-news.ts';

/** A topic, and the label that measures it. */
interface LabelledTopic {
  readonly id: string;
  readonly collection: CollectionName;
  readonly label: string;
  /** The label as a single word. */
  readonly word: string;
  readonly match: string;
}

export interface CompiledTopic extends LabelledTopic {
  readonly query: Query;
}

export interface CompiledTopics {
  /** The topics without a fault. */
  readonly topics: readonly CompiledTopic[];
  readonly faults: readonly QueryError[];
  readonly warnings: readonly QueryWarning[];
  /** Sets that no topic uses. */
  readonly unused: readonly string[];
}

const FILE = join(import.meta.dirname, 'topics.yaml');

export function readTopics(): CompiledTopics {
  const { terms, topics } = parse(readFileSync(FILE, 'utf8')) as {
    readonly terms: Readonly<Record<string, string>>;
    readonly topics: readonly LabelledTopic[];
  };
  const sets = new TermSets(new Map(Object.entries(terms).map(([name, text]) => [name, { text }])));
  const compiled = topics.map((topic) => ({ topic, ...compileQuery({ text: topic.match }, sets) }));
  return {
    topics: compiled.flatMap(({ topic, query }) => (query ? [{ ...topic, query }] : [])),
    faults: [...sets.faults, ...compiled.flatMap(({ faults }) => faults)],
    warnings: [...sets.warnings, ...compiled.flatMap(({ warnings }) => warnings)],
    unused: sets.unused,
  };
}
