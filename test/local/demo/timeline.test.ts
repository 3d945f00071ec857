import { describe, expect, it } from 'vitest';
import { outlets } from '../../../local/demo/outlets.ts';
import { stories } from '../../../local/demo/stories.ts';
import {
  articleAt,
  itemsAt,
  lastChange,
  MAX_FEED_ITEMS,
  type StoryEvent,
} from '../../../local/demo/timeline.ts';

const at = { outlet: 'herald', byline: 'A. Writer', text: '<p>Text</p>' } as const;
const script: readonly StoryEvent[] = [
  { ...at, minute: 7, act: 'remove', slug: 'one' },
  { ...at, minute: 3, act: 'publish', slug: 'two', title: 'Two' },
  { ...at, minute: -10, act: 'publish', slug: 'one', title: 'One' },
  { ...at, minute: 5, act: 'edit', slug: 'one', title: 'One, corrected' },
  { ...at, minute: 4, act: 'publish', slug: 'elsewhere', title: 'Elsewhere', outlet: 'wire' },
];

describe('itemsAt', () => {
  it('applies publications, edits and removals, and lists the latest first', () => {
    const titles = (minute: number) => itemsAt(script, 'herald', minute).map(({ title }) => title);
    expect(titles(-11)).toEqual([]);
    expect(titles(0)).toEqual(['One']);
    expect(titles(2.99)).toEqual(['One']);
    expect(titles(3)).toEqual(['Two', 'One']);
    expect(titles(5)).toEqual(['Two', 'One, corrected']);
    expect(titles(7)).toEqual(['Two']);
  });

  it('keeps the fields that an edit does not change, and the time of publication', () => {
    expect(articleAt(script, 'herald', 'one', 6)).toEqual({
      slug: 'one',
      title: 'One, corrected',
      text: '<p>Text</p>',
      byline: 'A. Writer',
      path: '/herald/one',
      published: -10,
      updated: 5,
    });
  });

  it('shows only the latest items', () => {
    const many = Array.from({ length: 20 }, (_, minute): StoryEvent => {
      return { ...at, minute, act: 'publish', slug: `s${minute}`, title: `${minute}` };
    });
    expect(itemsAt(many, 'herald', 19).map(({ title }) => title)).toEqual(
      Array.from({ length: MAX_FEED_ITEMS }, (_, index) => `${19 - index}`),
    );
  });

  it('knows when a feed last changed', () => {
    expect(lastChange(script, 'herald', 6.5)).toBe(5);
    expect(lastChange(script, 'herald', 100)).toBe(7);
  });
});

describe('the stories', () => {
  it('start with 3 to 5 items at each outlet, some older than the first-poll window', () => {
    for (const { id } of outlets) {
      const items = itemsAt(stories, id, 0);
      expect(items.length, id).toBeGreaterThanOrEqual(3);
      expect(items.length, id).toBeLessThanOrEqual(5);
      expect(
        items.some(({ published }) => published < -1440),
        id,
      ).toBe(true);
    }
  });

  it('publish each article once, and edit or remove only published ones', () => {
    for (const { minute, outlet, slug, act } of stories) {
      const before = articleAt(stories, outlet, slug, minute - 0.01);
      expect(before !== undefined, `${minute} ${act} ${outlet}/${slug}`).toBe(act !== 'publish');
    }
  });

  it('pause for at most three minutes between minutes 3 and 46', () => {
    const minutes = stories
      .map(({ minute }) => minute)
      .filter((minute) => minute > 0 && minute <= 46)
      .sort((a, b) => a - b);
    expect(minutes[0]).toBe(3);
    expect(minutes.at(-1)).toBe(46);
    for (const [index, minute] of minutes.slice(1).entries()) {
      expect(minute - (minutes[index] ?? 0)).toBeLessThanOrEqual(3);
    }
  });

  it('contain characters and titles that are hard to render', () => {
    const titles = stories.flatMap((event) => (event.act === 'publish' ? [event.title] : [])).join('\n');
    const texts = stories.flatMap((event) => (event.act === 'publish' ? [event.text] : [])).join('\n');
    for (const hard of ['“', '—', '–', '🐐', 'ë', '&', '<script>']) expect(titles).toContain(hard);
    for (const hard of ['&mdash;', '&euml;', '&lt;', '<ol>', '<a href="/']) expect(texts).toContain(hard);
    expect(Math.max(...titles.split('\n').map((title) => title.length))).toBeGreaterThan(280);
  });
});
