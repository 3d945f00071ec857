import { describe, expect, it } from 'vitest';
import { headlineChanged, newsOf } from '../../../functions/notify/update.ts';

const TITLE = 'Talks begin in Port Lumen behind closed doors';
const POLICIES = ['off', 'material', 'all'] as const;
const before = { title: TITLE, terms: ['talks'] };

function edit(title: string, terms: readonly string[] = ['talks'], contentHash = 'edited') {
  return { item: { id: 'item-1', contentHash, title, summary: '' }, terms };
}

describe('newsOf', () => {
  it('follows the policy', () => {
    const small = edit('Talks begin in Port Lumen, behind closed doors');
    const large = edit('Ferry sinks', ['ferry', 'talks']);
    expect(POLICIES.map((policy) => newsOf(policy, before, small))).toEqual([
      undefined,
      undefined,
      expect.any(String),
    ]);
    expect(POLICIES.map((policy) => newsOf(policy, before, large))).toEqual([
      undefined,
      expect.any(String),
      expect.any(String),
    ]);
  });

  it('material: a watched term that was not there before', () => {
    expect(newsOf('material', before, edit(TITLE, ['talks', 'summit']))).toBeDefined();
    expect(newsOf('material', before, edit(TITLE, []))).toBeUndefined();
    expect(
      newsOf('material', { ...before, terms: ['talks', 'summit'] }, edit(TITLE, ['summit'])),
    ).toBeUndefined();
  });

  it('gives one name to the same edit seen through two feeds, and another to another edit', () => {
    const names = [
      newsOf('material', before, edit('Ferry sinks', ['talks'], 'text of one feed')),
      newsOf('material', before, edit('Ferry sinks', ['talks', 'ferry'], 'text of another')),
      newsOf('material', before, edit('Ferry saved', ['talks'])),
      newsOf('material', before, edit(TITLE, ['talks', 'ferry', 'fog'], 'text of one feed')),
      newsOf('material', before, edit(TITLE, ['fog', 'ferry', 'talks'], 'text of another')),
      newsOf('material', before, edit(TITLE, ['fog'])),
    ];
    expect(names[0]).toBe(names[1]);
    expect(names[3]).toBe(names[4]);
    expect(new Set(names).size).toBe(4);
  });

  it('all: names every text by itself', () => {
    expect(newsOf('all', before, edit(TITLE, [], 'one'))).not.toBe(
      newsOf('all', before, edit(TITLE, [], 'two')),
    );
  });
});

describe('headlineChanged', () => {
  it.each([
    [TITLE, 'Talks begin in Port Lumen behind closed doors - live'],
    [TITLE, 'Talks begin in Port Lumen, behind CLOSED doors'],
    ['Live 14:30: Talks go on', 'Live 16:05: Talks go on'],
    ['12 hurt as ferry runs aground', '250 hurt as ferry runs aground'],
    ['Presidents hold suprise summit in Port Lumen', 'Presidents hold surprise summit in Port Lumen'],
    ['', ''],
    ['12:30', '12:31'],
  ])('from %j to %j is no change', (from, to) => {
    expect(headlineChanged(from, to)).toBe(false);
  });

  it.each([
    [TITLE, 'Talks collapse in Port Lumen'],
    [TITLE, ''],
    ['', TITLE],
    ['首脳会談が始まる', '首脳会談が決裂'],
  ])('from %j to %j is one', (from, to) => {
    expect(headlineChanged(from, to)).toBe(true);
  });
});
