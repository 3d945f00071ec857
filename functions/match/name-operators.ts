import { hostOf, type ItemSource, isFromSource, namesInQuery } from '../shared/item-source.ts';
import type { NameOperator, NameQuery, Query } from '../shared/model.ts';
import { primaryLanguage } from './text/language.ts';

/** The parts of an item that name operators read: its source and, if known, its language. */
interface NamedItem {
  readonly item: ItemSource;
  readonly language: string | undefined;
}

interface NameOperatorRow {
  readonly matches: (wanted: string, item: NamedItem) => boolean;
  /** Returns the names that the engine looks up. An item matches if it has one of them. */
  readonly namesIn: (wanted: string) => readonly string[];
  /** Returns what the item has, as text for an explanation. */
  readonly describe: (item: NamedItem) => string;
}

/** Everything that differs between the operators that compare a name and not words. */
const NAME_OPERATORS = {
  source: {
    matches: (wanted, { item }) => isFromSource(wanted, item),
    namesIn: namesInQuery,
    describe({ item }) {
      const { id, title, url } = item.source ?? {};
      const hosts = new Set([hostOf(url), hostOf(item.url)]);
      const names = [id, title, ...hosts].filter((name) => name !== undefined);
      return names.length > 0 ? `the source is ${names.join(', ')}` : 'the source is unknown';
    },
  },
  language: {
    matches: (wanted, { language }) =>
      language !== undefined && primaryLanguage(wanted) === primaryLanguage(language),
    namesIn: (wanted) => [primaryLanguage(wanted)],
    describe: ({ language }) =>
      language === undefined ? 'the language is unknown' : `the language is ${language}`,
  },
} as const satisfies Record<NameOperator, NameOperatorRow>;

export const NAME_OPERATOR_NAMES = Object.keys(NAME_OPERATORS) as readonly NameOperator[];

export function isNameQuery(query: Query): query is NameQuery {
  return NAME_OPERATOR_NAMES.some((operator) => operator in query);
}

/** Returns the operator of a name query with its row, and the wanted name. */
export function nameOperatorOf(query: NameQuery): NameOperatorRow & {
  readonly operator: NameOperator;
  readonly wanted: string;
} {
  const [[operator, wanted]] = Object.entries(query) as [[NameOperator, string]];
  return { ...NAME_OPERATORS[operator], operator, wanted };
}
