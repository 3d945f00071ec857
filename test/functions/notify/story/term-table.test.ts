import { describe, expect, it } from 'vitest';
import { signatureOf } from '../../../../functions/notify/story/signature.ts';
import { countTerms, TermTable } from '../../../../functions/notify/story/term-table.ts';
import { WordCounts } from '../../../../functions/shared/word-counts.ts';

const textsOf = (table: TermTable, ids: Iterable<number>) => [...ids].map((id) => table.text(id));
const idfOf = (table: TermTable, term: string) => table.idf(table.parse(`${term}|`).title[0] ?? -1);

describe('a parsed signature', () => {
  const table = new TermTable(new WordCounts());
  const parsed = table.parse(
    signatureOf({
      title: 'Ferry strike in Port Lumen',
      summary: 'Ferries stay in Lumen. The strike of ferries was called by Orlena Vask.',
    }),
  );

  it('has the terms of title and summary, and the names of the summary', () => {
    expect(textsOf(table, parsed.title)).toEqual(['ferry', 'strike', 'port', 'lumen']);
    expect(textsOf(table, parsed.summary)).toEqual([
      'ferrie',
      'stay',
      'lumen',
      'strike',
      'called',
      'orlena',
      'vask',
    ]);
    expect(textsOf(table, parsed.names)).toEqual(['lumen', 'orlena', 'vask']);
  });

  it('has each term once, with more weight in the title, and most in both', () => {
    const weights = new Map(textsOf(table, parsed.terms).map((text, n) => [text, parsed.weights[n]]));
    expect(weights.size).toBe(parsed.terms.length);
    expect(weights.get('stay')).toBeLessThan(weights.get('ferry') ?? 0);
    expect(weights.get('ferry')).toBeLessThan(weights.get('strike') ?? 0);
  });

  it('is parsed once', () => {
    expect(table.parse('ferry|')).toBe(table.parse('ferry|'));
  });

  it('of an empty signature is empty', () => {
    for (const signature of ['|', '']) {
      const { title, summary, terms, weights } = table.parse(signature);
      expect([title, summary, terms, weights].map(({ length }) => length)).toEqual([0, 0, 0, 0]);
    }
  });
});

describe('the idf of a term', () => {
  const counts = countTerms([
    ...Array.from({ length: 60 }, () => 'ferry strike|'),
    ...Array.from({ length: 40 }, () => 'ferry|owl* ferry'),
  ]);
  const table = new TermTable(counts);

  it('falls as more items have it', () => {
    const all = ['herring', 'owl', 'strike', 'ferry'].map((term) => idfOf(table, term));
    expect(all).toEqual(all.toSorted((a, b) => b - a));
    expect(new Set(all).size).toBe(4);
    expect(all.at(-1)).toBeGreaterThan(0);
  });

  it('is highest for an unseen term, except for numbers and short terms', () => {
    expect(idfOf(table, 'herring')).toBe(table.maxIdf);
    for (const term of ['12', '5.1', 'un', '港口']) expect(idfOf(table, term)).toBeLessThan(table.maxIdf);
  });

  it('does not count the item itself', () => {
    const once = new TermTable(countTerms(['herring|']));
    expect(idfOf(once, 'herring')).toBe(once.maxIdf);
  });

  it('is low for a watched term until the stream shows how common it is', () => {
    const watched = new Set(['herring']);
    const [few, many] = [100, 20_000].map((items) => ({ items, of: () => 0 }));
    const lessOf = (of = counts) =>
      idfOf(new TermTable(of, new Set()), 'herring') - idfOf(new TermTable(of, watched), 'herring');
    expect(lessOf(few)).toBeGreaterThan(1);
    expect(lessOf(many)).toBeLessThan(lessOf(few) / 2);
  });
});

describe('countTerms', () => {
  it('counts each term of a signature once, with or without a star', () => {
    const counts = countTerms(['ferry lumen|lumen* ferry', 'lumen|', '|']);
    expect(counts.items).toBe(3);
    expect(['ferry', 'lumen', 'owl'].map((term) => counts.of(term))).toEqual([1, 2, 0]);
  });
});

it('a table is full once six thousand signatures have been parsed', () => {
  const table = new TermTable(new WordCounts());
  for (let n = 0; n < 5_999; n++) table.parse(`word${n}|`);
  expect(table.isFull).toBe(false);
  table.parse('last|');
  expect(table.isFull).toBe(true);
});
