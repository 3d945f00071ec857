import { describe, expect, it } from 'vitest';
import { explain, renderExplanation } from '../../cli/explain.ts';
import type { MatchableItem } from '../../functions/match/text/item-text.ts';
import type { Query } from '../../functions/shared/model.ts';
import {
  all,
  any,
  exact,
  near,
  none,
  phrase,
  prefix,
  term,
  titled,
} from '../functions/match/query-builders.ts';

const ITEM: MatchableItem = {
  title: 'Who opens the Kessel bridges?',
  summary: 'The mayor of Kessel, in a café by the river, cut a ribbon.',
  content: 'A herring was served. Pirates came late to the central savings bank.',
};

const lines = (query: Query, item: Partial<MatchableItem> = {}) =>
  renderExplanation(explain(query, { ...ITEM, ...item }, () => undefined));

describe('an explanation', () => {
  it('has a line for every clause, with its parts indented below it', () => {
    const query = all(any('herring', 'cod'), none('mayor'), titled(phrase('Kessel bridge')));
    expect(lines(query)).toEqual([
      '✗ (herring OR cod) -mayor title:"Kessel bridge"',
      '  ✓ herring OR cod',
      '    ✓ herring: in the content: A herring was served. Pirates came late to the central savings bank.',
      '    ✗ cod: not found',
      '  ✗ -mayor',
      '    ✓ mayor: in the summary: The mayor of Kessel, in a café by the river, cut a ribbon.',
      '  ✗ title:"Kessel bridge": not found, but in another form: “Kessel bridges” in the title',
    ]);
  });

  it.each<[Query, string]>([
    [term('cod'), '✗ cod: not found'],
    [titled(term('mayor')), '✗ title:mayor: found in the summary, not in the title'],
    [titled(term('cod')), '✗ title:cod: not found'],
    [exact('WHO'), '✗ =WHO: not found, but written differently: “Who” in the title'],
    [exact('cafe'), '✗ =cafe: not found, but written differently: “café” in the summary'],
    [term('cafè'), '✗ cafè: not found, but with other diacritics: “café” in the summary'],
    [exact('bridge'), '✗ =bridge: not found, but in another form: “bridges” in the title'],
    [phrase('pirate'), '✗ "pirate": not found, but in another form: “Pirates” in the content'],
    [term('pir'), '✗ pir: not found, but as the beginning of a longer word: “Pirates” in the content'],
    [term('rate'), '✗ rate: only found inside another word: “Pirates”'],
    [prefix('cods'), '✗ cods*: not found'],
    [phrase('central bank'), '✗ "central bank": all words found, but not next to each other'],
    [phrase('national bank'), '✗ "national bank": not found: “national”'],
    [near(1, 'central', 'late'), '✗ central NEAR/1 late: 2 words apart at the closest, in the content'],
    [near(9, 'mayor', 'herring'), '✗ mayor NEAR/9 herring: both found, but not in the same field'],
    [near(9, 'mayor', any('cod', 'eel')), '✗ mayor NEAR/9 (cod OR eel): not found: cod OR eel'],
    [{ regex: 'x+y', in: 'title' }, '✗ title:/x+y/: not found'],
    [{ language: 'de' }, '✗ lang:de: the language is en'],
    [{ source: 'The Courier' }, '✗ source:"The Courier": the source is unknown'],
  ])('for %j is %s', (query, expected) => {
    expect(lines(query)).toEqual([expected]);
  });

  it('shows the labels of an item', () => {
    const labels = { categories: ['Dev Blogs', 'Sport'], url: 'https://www.wire.example/a' };
    expect(
      lines({ ...term('opinion'), in: 'category' }, { ...labels, title: '', summary: '', content: '' }),
    ).toEqual(["✗ category:opinion: the item's categories: Dev Blogs, Sport"]);
    expect(
      lines({ ...term('sport'), in: 'category' }, { ...labels, title: '', summary: '', content: '' }),
    ).toEqual(['✓ category:sport: in the category: Sport']);
    expect(lines({ ...term('b'), in: 'url' }, { ...labels, title: '', summary: '', content: '' })).toEqual([
      "✗ url:b: the item's address: wire.example/a",
    ]);
    expect(lines({ ...term('ann'), in: 'author' }, { title: 'Ann', summary: '', content: '' })).toEqual([
      '✗ author:ann: the item has no authors',
    ]);
  });

  it('shows the source of an item', () => {
    const source = { id: 'wire', title: 'Meridian Wire', url: 'https://www.wire.example/rss' };
    expect(lines({ source: 'courier' }, { source, url: 'https://live.example/1' })).toEqual([
      '✗ source:"courier": the source is wire, Meridian Wire, wire.example, live.example',
    ]);
    expect(lines({ language: 'de' }, { title: 'Kessel', summary: '', content: '' })).toEqual([
      '✗ lang:de: the language is unknown',
    ]);
  });
});
