import { describe, expect, it } from 'vitest';
import { newsworthyEdit } from '../../../../functions/notify/story/material-change.ts';

const TITLE = 'Talks begin in Port Lumen behind closed doors';
const MODES = ['off', 'urgent', 'calm', 'all'] as const;
const before = { title: TITLE, terms: ['talks'] };

function edit(title: string, terms: readonly string[] = ['talks'], contentHash = 'edited') {
  const polledAt = '2026-03-01T09:30:00.000Z';
  return { item: { id: 'item-1', contentHash, title, summary: '' }, terms, why: [], polledAt };
}

const nameOf = (...news: Parameters<typeof newsworthyEdit>) => newsworthyEdit(...news)?.name;

describe('newsworthyEdit', () => {
  it('follows the mode of the follow-ups', () => {
    const small = edit('Talks begin in Port Lumen, behind closed doors');
    const large = edit('Ferry sinks', ['ferry', 'talks']);
    expect(MODES.map((mode) => nameOf(mode, before, small))).toEqual([
      undefined,
      undefined,
      undefined,
      expect.any(String),
    ]);
    expect(MODES.map((mode) => nameOf(mode, before, large))).toEqual([
      undefined,
      expect.any(String),
      expect.any(String),
      expect.any(String),
    ]);
  });

  it('calm: a new watched term is news', () => {
    expect(nameOf('calm', before, edit(TITLE, ['talks', 'summit']))).toBeDefined();
    expect(nameOf('calm', before, edit(TITLE, []))).toBeUndefined();
    expect(
      nameOf('calm', { ...before, terms: ['talks', 'summit'] }, edit(TITLE, ['summit'])),
    ).toBeUndefined();
  });

  it('calm: a first headline is not news; 0.1.0 recorded none for posts without a title', () => {
    expect(nameOf('calm', { ...before, title: '' }, edit('Storm tonight', ['talks']))).toBeUndefined();
  });

  it('gives the same edit one name in two feeds, and another edit another name', () => {
    const names = [
      nameOf('calm', before, edit('Ferry sinks', ['talks'], 'text of one feed')),
      nameOf('calm', before, edit('Ferry sinks', ['talks', 'ferry'], 'text of another')),
      nameOf('calm', before, edit('Ferry saved', ['talks'])),
      nameOf('calm', before, edit(TITLE, ['talks', 'ferry', 'fog'], 'text of one feed')),
      nameOf('calm', before, edit(TITLE, ['fog', 'ferry', 'talks'], 'text of another')),
      nameOf('calm', before, edit(TITLE, ['fog'])),
    ];
    expect(names[0]).toBe(names[1]);
    expect(names[3]).toBe(names[4]);
    expect(new Set(names).size).toBe(4);
  });

  it('all: gives every text a name of its own', () => {
    expect(nameOf('all', before, edit(TITLE, [], 'one'))).not.toBe(
      nameOf('all', before, edit(TITLE, [], 'two')),
    );
  });
});
