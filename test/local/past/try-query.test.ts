import { describe, expect, it } from 'vitest';
import { tryQuery } from '../../../local/past/try-query.ts';
import { DAY, foundItem, HOUR, inventedPast, TO, topicIn } from './invented-past.ts';

const FLOOD = 'Flooding closes the Kessel bridge in Port Lumen';
const past = inventedPast(
  foundItem('old', 9 * 24, 'Ferry crews in Tolmark walk out over pay'),
  foundItem('a', 72, FLOOD, { url: 'https://courier.example/a' }),
  foundItem('b', 71, 'Kessel bridge in Port Lumen closed by flooding', { feedId: 'herald' }),
  foundItem('c', 30, 'Council of Veloza votes on flood walls'),
  foundItem('d', 5, 'Owl hatches in the town hall', { summary: 'The keepers were surprised.' }),
);
const flood = topicIn("{ id: floods, match: 'flood' }");

describe('tryQuery', () => {
  it('groups what the query would have caught into stories, newest first', async () => {
    const { searched, matched, storyCount, stories } = await tryQuery({ topic: flood, past });
    expect([searched, matched, storyCount]).toEqual([5, 3, 2]);
    expect(stories.map(({ id, items }) => [id, items.map((item) => item.id)])).toEqual([
      ['c', ['c']],
      ['a', ['a', 'b']],
    ]);
    expect(stories[1]).toMatchObject({
      at: TO - 72 * HOUR,
      title: FLOOD,
      url: 'https://courier.example/a',
      feed: 'The Courier',
      sources: ['The Courier', 'Morning Herald'],
      why: [{ term: 'flood', field: 'title', found: 'Flooding' }],
      items: [{ role: 'first' }, { role: 'also', feed: 'Morning Herald' }],
    });
  });

  it('limits the stories, not the counts', async () => {
    const { storyCount, stories } = await tryQuery({ topic: flood, past, limit: 1 });
    expect([storyCount, stories.map(({ id }) => id)]).toEqual([2, ['c']]);
  });

  it('counts the stories of every day in the zone', async () => {
    const { days } = await tryQuery({ topic: flood, past, days: 4, timeZone: 'Pacific/Auckland' });
    expect(days.map(({ day, stories, items }) => [day, stories, items])).toEqual([
      ['2026-03-07', 0, 0],
      ['2026-03-08', 1, 2],
      ['2026-03-09', 1, 1],
      ['2026-03-10', 0, 0],
      ['2026-03-11', 0, 0],
    ]);
  });

  it('lists the forms that were found', async () => {
    const { variants } = await tryQuery({ topic: flood, past });
    expect(variants).toEqual([{ term: 'flood', found: [{ text: 'flooding', items: 2 }] }]);
  });

  it('estimates the messages of a month by the policy of the topic', async () => {
    const now = await tryQuery({ topic: flood, past });
    // Two first reports, and a round-up with the retelling, in nine days.
    expect(now.estimate).toMatchObject({ historyMs: 9 * DAY, messages: { email: 3, sms: 2 } });
    expect(now.estimate.month).toEqual({ email: 10, sms: 7 });
    expect(now.estimate.busiest.messages).toBe(2);
    const weekly = topicIn("{ id: floods, match: flood, deliver: 'weekly on monday at 07:30' }");
    expect((await tryQuery({ topic: weekly, past })).estimate.messages.email).toBe(1);
    expect((await tryQuery({ topic: weekly, past, days: 6 })).estimate.month).toBeUndefined();
  });

  it('compares with a saved topic', async () => {
    const before = topicIn('{ id: floods, match: \'"flood walls" OR owl\' }');
    const { comparison } = await tryQuery({ topic: flood, past, before });
    expect(comparison).toMatchObject({
      topic: 'floods',
      matched: 2,
      storyCount: 2,
      added: { items: 2, stories: 1, examples: [{ id: 'a' }] },
      removed: { items: 1, stories: 1, examples: [{ id: 'd' }] },
    });
  });

  it('shows what the feeds already had, but does not estimate from it', async () => {
    const published = new Date(TO - 3 * DAY).toISOString();
    const young = inventedPast(foundItem('a', 2, FLOOD, { published }));
    const { stories, estimate, period, days } = await tryQuery({ topic: flood, past: young });
    expect(stories).toMatchObject([{ at: TO - 3 * DAY }]);
    expect(estimate).toMatchObject({ historyMs: 2 * HOUR, messages: { email: 0 } });
    expect(estimate.month).toBeUndefined();
    expect(period).toEqual({ from: TO - 3 * DAY, to: TO, pollingSince: TO - 2 * HOUR });
    expect(days).toHaveLength(4);
  });

  it('groups only the latest matches of a very broad query', async () => {
    const items = Array.from({ length: 2_100 }, (_, n) =>
      foundItem(String(n).padStart(8, '0'), 210 - n / 10, `Flood ${n}`),
    );
    const result = await tryQuery({ topic: flood, past: inventedPast(...items) });
    expect(result).toMatchObject({ matched: 2_100, groupedSince: TO - 200 * HOUR });
    expect(result.days.reduce((sum, day) => sum + day.items, 0)).toBe(2_000);
    expect(result.estimate.historyMs).toBe(200 * HOUR);
  });

  it('reaches to the last item if the clock of this machine is behind', async () => {
    const { period } = await tryQuery({ topic: flood, past: inventedPast(foundItem('a', -1, FLOOD)) });
    expect(period.to).toBe(TO + HOUR);
  });

  it('searches an empty past', async () => {
    const { stories, days, estimate } = await tryQuery({ topic: flood, past: inventedPast() });
    expect([stories, days.length, estimate.month]).toEqual([[], 1, undefined]);
  });

  it('stops when asked to', async () => {
    const many = inventedPast(
      ...Array.from({ length: 20_000 }, (_, n) => foundItem(String(n), 20, `Report ${n} of the harbour`)),
    );
    const stop = new AbortController();
    const running = tryQuery({ topic: flood, past: many, signal: stop.signal });
    stop.abort();
    await expect(running).rejects.toThrow('abort');
  });
});
