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

describe('explanation', () => {
  it('is a line for every clause, parts below their whole', () => {
    const query = all(any('herring', 'cod'), none('mayor'), titled(phrase('Kessel bridge')));
    expect(lines(query)).toEqual([
      '✗ (herring OR cod) -mayor title:"Kessel bridge"',
      '  ✓ herring OR cod',
      '    ✓ herring: in the content: A herring was served. Pirates came late to the central savings bank.',
      '    ✗ cod: not found',
      '  ✗ -mayor',
      '    ✓ mayor: in the summary: The mayor of Kessel, in a café by the river, cut a ribbon.',
      '  ✗ title:"Kessel bridge": not so, but in another form: “Kessel bridges” in the title',
    ]);
  });

  it.each<[Query, string]>([
    [term('cod'), '✗ cod: not found'],
    [titled(term('mayor')), '✗ title:mayor: found in the summary, not in the title'],
    [titled(term('cod')), '✗ title:cod: not found'],
    [exact('WHO'), '✗ =WHO: not so, but in other letters: “Who” in the title'],
    [exact('cafe'), '✗ =cafe: not so, but in other letters: “café” in the summary'],
    [term('cafè'), '✗ cafè: not so, but with other diacritics: “café” in the summary'],
    [exact('bridge'), '✗ =bridge: not so, but in another form: “bridges” in the title'],
    [phrase('pirate'), '✗ "pirate": not so, but in another form: “Pirates” in the content'],
    [term('pir'), '✗ pir: not so, but as the beginning of a longer word: “Pirates” in the content'],
    [term('rate'), '✗ rate: only inside of a word: “Pirates”'],
    [prefix('cods'), '✗ cods*: not found'],
    [phrase('central bank'), '✗ "central bank": its words are there, but not in a row'],
    [phrase('national bank'), '✗ "national bank": not found: “national”'],
    [near(1, 'central', 'late'), '✗ central NEAR/1 late: at their nearest, 2 words apart in the content'],
    [near(9, 'mayor', 'herring'), '✗ mayor NEAR/9 herring: both are there, but in no field together'],
    [near(9, 'mayor', any('cod', 'eel')), '✗ mayor NEAR/9 (cod OR eel): not found: cod OR eel'],
    [{ regex: 'x+y', in: 'title' }, '✗ title:/x+y/: found nowhere'],
    [{ language: 'de' }, '✗ lang:de: it is in en'],
    [{ source: 'The Courier' }, '✗ source:"The Courier": its source is not known'],
  ])('of %j is %s', (query, expected) => {
    expect(lines(query)).toEqual([expected]);
  });

  it('says what labels an item has', () => {
    const labels = { categories: ['Dev Blogs', 'Sport'], url: 'https://www.wire.example/a' };
    expect(
      lines({ ...term('opinion'), in: 'category' }, { ...labels, title: '', summary: '', content: '' }),
    ).toEqual(['✗ category:opinion: its categories: Dev Blogs, Sport']);
    expect(
      lines({ ...term('sport'), in: 'category' }, { ...labels, title: '', summary: '', content: '' }),
    ).toEqual(['✓ category:sport: in the category: Sport']);
    expect(lines({ ...term('b'), in: 'url' }, { ...labels, title: '', summary: '', content: '' })).toEqual([
      '✗ url:b: its address: wire.example/a',
    ]);
    expect(lines({ ...term('ann'), in: 'author' }, { title: 'Ann', summary: '', content: '' })).toEqual([
      '✗ author:ann: it has no authors',
    ]);
  });

  it('says where an item is from', () => {
    const source = { id: 'wire', title: 'Meridian Wire', url: 'https://www.wire.example/rss' };
    expect(lines({ source: 'courier' }, { source, url: 'https://live.example/1' })).toEqual([
      '✗ source:"courier": it is from wire, Meridian Wire, wire.example, live.example',
    ]);
    expect(lines({ language: 'de' }, { title: 'Kessel', summary: '', content: '' })).toEqual([
      '✗ lang:de: its language is not known',
    ]);
  });
});
