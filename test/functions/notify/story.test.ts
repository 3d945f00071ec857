import { describe, expect, it } from 'vitest';
import { signatureOf } from '../../../functions/notify/grouping/signature.ts';
import { findStory, titleLikeness } from '../../../functions/notify/story.ts';
import type { Story } from '../../../functions/shared/store/stories.ts';

function storyOf(id: string, title: string, itemIds: readonly string[] = [`${id}-lead`]): Story {
  return {
    id,
    leadItemId: itemIds[0] ?? '',
    openedAt: '2026-03-01T09:00:00.000Z',
    title,
    itemIds,
    sources: ['The Courier'],
  };
}

describe('titleLikeness', () => {
  it('is the share of significant words, whatever their order and punctuation', () => {
    expect(titleLikeness('Kessel bridge opens today', 'TODAY: “Kessel bridge” opens')).toBe(1);
    expect(titleLikeness('Kessel bridge opens at last', 'Kessel bridge opens early')).toBeCloseTo(3 / 5);
    expect(titleLikeness('Kessel bridge opens', 'Ferry strike goes on')).toBe(0);
  });

  it('does not count short words', () => {
    expect(titleLikeness('A tax on it is up to us', 'A tax on it is up to us')).toBe(0);
  });

  it('says nothing below three shared words', () => {
    expect(titleLikeness('Kessel bridge', 'Kessel bridge')).toBe(0);
    expect(titleLikeness('', '')).toBe(0);
  });

  it.each([
    ['Magnitude 5.1 earthquake strikes Chile', 'Magnitude 6.3 earthquake strikes Chile'],
    // Their whole part is the same number; it was taken for the same quake.
    ['Magnitude 5.1 earthquake strikes Chile', 'Magnitude 5.4 earthquake strikes Chile'],
    ['Lottery results for 12 July 2025', 'Lottery results for 19 July 2025'],
    ['Flood toll rises to 12 in Port Lumen', 'Flood toll rises to 15 in Port Lumen'],
  ])('%s is other news than %s', (a, b) => {
    expect(titleLikeness(a, b)).toBe(0);
    expect(titleLikeness(b, a)).toBe(0);
  });

  it.each([
    ['Bank raises key rate by 0.25 points to 4.5%', 'Bank raises its key rate to 4.5%'],
    ['Liquid ammonia leak kills 15 in Tolmark', 'Ammonia leak kills many in Tolmark'],
  ])('%s may be the same news as %s, which names fewer numbers', (a, b) => {
    expect(titleLikeness(a, b)).toBeGreaterThanOrEqual(0.5);
  });
});

describe('findStory', () => {
  const bridge = storyOf('bridge', 'Kessel bridge opens after nine years');
  const ferry = storyOf('ferry', 'Ferry strike enters second week', ['ferry-lead', 'ferry-retold']);

  it('finds the story that holds the item, whatever its title', () => {
    expect(findStory([bridge, ferry], { id: 'ferry-retold', title: bridge.title })).toBe(ferry);
  });

  it('finds the story whose title is most like the item’s', () => {
    const nearer = storyOf('nearer', 'Kessel bridge opens after nine long years');
    const item = { id: 'new', title: 'After nine long years, Kessel bridge opens' };
    expect(findStory([bridge, nearer, ferry], item)).toBe(nearer);
    expect(findStory([nearer, bridge], item)).toBe(nearer);
  });

  it('takes the older of two that are equally near', () => {
    const twin = { ...bridge, id: 'twin' };
    expect(findStory([bridge, twin], { id: 'new', title: bridge.title })).toBe(bridge);
  });

  it('finds none where none is alike', () => {
    expect(findStory([bridge, ferry], { id: 'new', title: 'Kessel bridge closes' })).toBeUndefined();
    expect(findStory([], { id: 'new', title: bridge.title })).toBeUndefined();
    expect(findStory([storyOf('blank', '')], { id: 'new', title: '' })).toBeUndefined();
  });

  describe('with signatures', () => {
    const signed = (id: string, title: string, summary = ''): Story => ({
      ...storyOf(id, title),
      signatures: [signatureOf({ title, summary })],
    });

    it('finds what titles alone would not', () => {
      const story = signed('walkout', 'Ferry crews in Port Lumen walk out over pay');
      const item = { id: 'new', title: 'Port Lumen ferry crews on strike: pay talks fail' };
      expect(findStory([story], item)).toBe(story);
      expect(findStory([{ ...story, signatures: [] }], item)).toBeUndefined();
    });

    it('and knows those of the release before by their titles', () => {
      const item = { id: 'new', title: 'After nine long years, Kessel bridge opens' };
      expect(findStory([signed('other', 'Tolmark passes water law'), bridge], item)).toBe(bridge);
    });

    it('takes no account of what the topic looks for', () => {
      const story = signed('opening', 'Orlena Vask opens Tolmark hospital');
      const item = { id: 'new', title: 'Orlena Vask calls taxes too high' };
      expect(findStory([story], { ...item, terms: ['Orlena Vask'] })).toBeUndefined();
    });

    it('does not take what a feed says under every headline for news', () => {
      const summary = 'Read more at our site';
      const story = signed('bridge', 'Kessel bridge opens after nine years', summary);
      expect(findStory([story], { id: 'new', title: 'Ferry strike goes on', summary })).toBeUndefined();
    });
  });
});
