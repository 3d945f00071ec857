import type { Query, Term } from '../../functions/shared/model.ts';
import { printName } from './name-fields.ts';
import { takesAddresses } from './tokens.ts';

/** Returns the text of a query. Parsing the text gives the same query. */
export function printQuery(query: Query): string {
  return print(query, 'query');
}

/** Where a part stands in a query. Parts that bind less tightly need parentheses there. */
type Position = 'query' | 'part of all' | 'operand';

function print(query: Query, position: Position): string {
  const parenthesized = (text: string, needed: boolean) => (needed ? `(${text})` : text);
  if ('any' in query) {
    return parenthesized(
      query.any.map((part) => print(part, 'part of all')).join(' OR '),
      position !== 'query',
    );
  }
  if ('all' in query) {
    return parenthesized(query.all.map((part) => print(part, 'part of all')).join(' '), position !== 'query');
  }
  if ('not' in query) return `-${print(query.not, 'operand')}`;
  if ('near' in query) {
    const [left, right] = query.of.map((part) => print(part, 'operand'));
    return parenthesized(`${left} NEAR/${query.near} ${right}`, position !== 'query');
  }
  if (!('term' in query || 'regex' in query)) return printName(query);
  const leaf =
    'term' in query ? printTerm(query.term) : `/${query.regex.replace(/\\[\s\S]|\//g, escapeSlash)}/`;
  // Without parentheses, the tokenizer would read a path.
  if ('regex' in query && query.in && takesAddresses(query.in)) return `${query.in}:(${leaf})`;
  return `${query.in ? `${query.in}:` : ''}${leaf}`;
}

const escapeSlash = (sign: string) => (sign === '/' ? '\\/' : sign);

/** Words that need no quotes. */
const PLAIN = /^[\p{L}\p{M}\p{N}]+([-'’.&]+[\p{L}\p{M}\p{N}]+)*$/u;
const OPERATOR = /^(AND|OR|NOT|NEAR|AROUND)$/;

function printTerm({ text, quoted, exact, prefix }: Term): string {
  const words = `${text}${prefix ? '*' : ''}`;
  const isPlain = PLAIN.test(text) && !/&&/.test(text) && (exact || !OPERATOR.test(text));
  if (quoted || (exact && !isPlain)) return `${exact ? '=' : ''}${inQuotes(words)}`;
  return `${exact ? '=' : ''}${words}`;
}

/** Uses Japanese quotes if the words contain other quotes. */
function inQuotes(words: string): string {
  if (!/(?<![א-ת])["“”„‟«»]|["“”„‟«»](?![א-ת])|[“„‟«»]/.test(words)) return `"${words}"`;
  return words.includes('」') ? `『${words}』` : `「${words}」`;
}
