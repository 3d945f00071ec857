import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../config/query/compile-query.ts';
import { exampleItem } from '../helpers/example-item.ts';
import { matches } from '../helpers/matches.ts';

const document = readFileSync(join(import.meta.dirname, '../../docs/query-language.md'), 'utf8');

interface Row {
  readonly query: string;
  readonly finds: string;
  readonly misses: string;
}

/** The rows of the tables that have what a query finds and does not find. */
function rowsOf(text: string): Row[] {
  const rows: Row[] = [];
  /** The column of the query, in a table of examples. */
  let column = 0;
  for (const line of text.split('\n')) {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    if (cells.length < 3) column = 0;
    else if (cells.includes('does not find') || cells.includes('it does not find')) {
      column = Math.max(cells.indexOf('query'), cells.indexOf('you write'));
    } else if (column > 0 && !/^-+$/.test(cells[1] ?? '')) {
      const [code = '', finds = '', misses = ''] = cells.slice(column);
      rows.push({ query: code.replace(/^`|`$/g, ''), finds, misses });
    }
  }
  return rows;
}

const rows = rowsOf(document);

describe('docs/query-language.md', () => {
  it('has its examples', () => {
    expect(rows.length).toBeGreaterThan(110);
    expect(
      rows.some(({ query }) => query.startsWith('Ostrand (')),
      'first queries',
    ).toBe(true);
    expect(rows.every(({ query, finds, misses }) => query && finds && misses)).toBe(true);
  });

  it.each(rows)('$query finds $finds', ({ query, finds }) => {
    expect(matches(parseQuery(query).query, exampleItem(finds))).toBe(true);
  });

  it.each(rows)('$query does not find $misses', ({ query, misses }) => {
    expect(matches(parseQuery(query).query, exampleItem(misses))).toBe(false);
  });

  it('shows a fault as it is told', () => {
    expect(document).toContain(
      'expected something to look for after AND, got OR\n        storm AND OR flood\n                  ^^\n',
    );
    expect(() => parseQuery('storm AND OR flood')).toThrow(
      'expected something to look for after AND, got OR',
    );
  });
});
