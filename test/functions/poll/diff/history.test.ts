import { describe, expect, it } from 'vitest';
import { DAY, HOUR, PolledFeed, type ShownEntry, START } from './polled-feed.ts';

/** Returns an article dated this many days before START, or an undated one. */
const article = (name: string, days?: number): ShownEntry => ({
  title: name,
  text: `About ${name}`,
  guid: name,
  url: `https://herald.test/${name}`,
  ...(days === undefined ? {} : { ago: days * DAY }),
});
const articles = (...days: number[]) => days.map((ago) => article(`of ${ago} days`, ago));
/** Returns articles a, b, c … without dates. */
const undated = (names: string) => names.split('').map((name) => article(name));

async function polled(
  first: readonly ShownEntry[],
  options: { firstPoll?: number } = {},
): Promise<PolledFeed> {
  const feed = new PolledFeed(options);
  await feed.poll(...first);
  feed.now += HOUR;
  return feed;
}
const alerted = (lines: readonly string[]) =>
  lines.filter((line) => line.endsWith('(alert)')).map((line) => line.replace(/^new (.*) \(alert\)$/, '$1'));

describe('an entry with a date', () => {
  const list = articles(0.1, 20, 40, 60, 80);

  it.each<[string, ShownEntry[]]>([
    ['moves up because another one left', [...list.slice(0, 2), ...list.slice(3), article('old', 100)]],
    ['comes with a longer list', [...list, ...articles(100, 120, 140)]],
    ['is years old and on top', [article('2012', 5_000), ...list]],
    ['is years old and among the others', [...list.slice(0, 2), article('2012', 5_000), ...list.slice(2)]],
    ['is exactly a year old', [article('a year ago', 365), ...list]],
    [
      'is more than a week older than the last news, below all others',
      [...list.slice(0, 1), article('old', 9)],
    ],
  ])('that %s is history', async (_name, next) => {
    const feed = await polled(list);
    const lines = await feed.poll(...next);
    expect(lines.length).toBeGreaterThan(0);
    expect(alerted(lines)).toEqual([]);
    expect(lines.every((line) => line.startsWith('new ') && line.endsWith(' (silent)'))).toBe(true);
    expect(await feed.poll(...next)).toEqual([]);
    expect(feed.notices).toEqual([]);
  });

  it.each<[string, ShownEntry[]]>([
    ['is a day late', [article('late', 1), ...list]],
    ['is six days late and below others', [...list.slice(0, 1), article('late', 6), ...list.slice(1)]],
    ['was a draft for three weeks', [...list.slice(0, 2), article('draft', 21), ...list.slice(2)]],
    ['is dated in the future', [article('tomorrow', -0.5), ...list]],
    ['is dated at midnight a week ago', [{ ...article('day'), date: '2026-03-03' }, ...list]],
  ])('that %s is news', async (_name, next) => {
    const feed = await polled(list);
    const [only, ...others] = alerted(await feed.poll(...next));
    expect(others).toEqual([]);
    expect(next.some(({ title }) => title === only)).toBe(true);
  });

  it('that is within the first poll’s period is news', async () => {
    const feed = await polled(list, { firstPoll: 30 * DAY });
    expect(alerted(await feed.poll(article('late', 25), ...list))).toEqual(['late']);
  });

  it('that appeared while the feed could not be read is news', async () => {
    const feed = await polled(list);
    feed.now = START + 30 * DAY;
    const since = [-29, -20, -15, -1].map((ago) => article(`since ${-ago}`, ago));
    const lines = await feed.poll(...since.toReversed(), article('old', 100));
    expect(alerted(lines)).toEqual(['since 1', 'since 15', 'since 20', 'since 29']);
  });

  it('of a feed that was silent for months is compared with its last news', async () => {
    const feed = await polled(articles(60, 70, 80));
    feed.now = START + 20 * DAY;
    expect(alerted(await feed.poll(article('event', -5), ...articles(60, 70, 80)))).toEqual(['event']);
    expect(alerted(await feed.poll(article('event', -5), ...articles(60, 70, 80, 90)))).toEqual([]);
  });

  it('on top of a list whose years are all wrong is news', async () => {
    const wrong = (n: number) => article(`wrong ${n}`, 3_650 - n);
    const feed = await polled([3, 2, 1].map(wrong));
    expect(alerted(await feed.poll(...[5, 4, 3, 2, 1].map(wrong)))).toEqual(['wrong 5', 'wrong 4']);
    expect(alerted(await feed.poll(article('just before', 3_645.5), ...[5, 4, 3].map(wrong)))).toEqual([
      'just before',
    ]);
    expect(alerted(await feed.poll({ ...wrong(9), ago: HOUR }, ...[5, 4, 3].map(wrong)))).toEqual([
      'wrong 9',
    ]);
  });

  it('with last year’s date by mistake, in January, is news', async () => {
    const feed = new PolledFeed();
    feed.now = Date.parse('2027-01-04T08:00:00Z');
    const before = { ...article('before'), date: '2027-01-03T12:00:00Z' };
    await feed.poll(before);
    feed.now += 2 * HOUR;
    const typed = { ...article('typed'), date: '2026-01-04T09:30:00Z' };
    expect(alerted(await feed.poll(typed, before))).toEqual(['typed']);
  });

  it('at the end of a list sorted oldest first is news', async () => {
    const list = articles(80, 60, 40, 20, 1);
    const feed = await polled(list);
    expect(alerted(await feed.poll(...list.slice(1), article('today', 0)))).toEqual(['today']);
    expect(alerted(await feed.poll(article('old', 100), ...list.slice(1), article('today', 0)))).toEqual([]);
  });

  it('anywhere in a list sorted by title is news', async () => {
    const list = articles(30, 2, 50, 1, 40, 3, 60, 5);
    const feed = await polled(list);
    expect(alerted(await feed.poll(...list.slice(0, 3), article('new', 0), ...list.slice(3)))).toEqual([
      'new',
    ]);
    expect(alerted(await feed.poll(...list, article('2012', 5_000)))).toEqual([]);
  });

  it('of a court that publishes decisions weeks later is news if it is as late as usual', async () => {
    const decisions = articles(9, 25, 12, 31, 10, 28, 20, 35, 11);
    const feed = await polled(decisions);
    expect(alerted(await feed.poll(article('decided', 19), ...decisions.slice(0, 8)))).toEqual(['decided']);
    expect(alerted(await feed.poll(article('landmark', 400), ...decisions.slice(0, 8)))).toEqual([]);
  });
});

describe('an entry without a date', () => {
  it.each([
    ['is at the end of a list that lost another', 'abcde', 'acdef'],
    ['is at the end of a list that got longer', 'abc', 'abcxyz'],
    ['is at the end, in a list with news on top', 'abc', 'nabcx'],
  ])('that %s is history', async (_name, before, after) => {
    const feed = await polled(undated(before));
    expect(alerted(await feed.poll(...undated(after)))).toEqual(after.startsWith('n') ? ['n'] : []);
  });

  it.each([
    ['is on top', 'abc', 'xabc', ['x']],
    ['is among others', 'abc', 'abxc', ['x']],
    ['pushes the last one off', 'abcd', 'xabc', ['x']],
    ['is the last of a list that lost its first', 'abcd', 'bcdx', ['x']],
    ['is the only added one, at the end', 'abc', 'abcx', ['x']],
    ['comes at the end of a list in another order', 'abcd', 'dacx', ['x']],
    ['is in an entirely new list', 'abc', 'xyz', ['x', 'y', 'z']],
  ])('that %s is news', async (_name, before, after, expected) => {
    const feed = await polled(undated(before));
    expect(alerted(await feed.poll(...undated(after)))).toEqual(expected);
  });

  it('at the end is news in a list that has added news there before', async () => {
    const feed = await polled(undated('abc'));
    expect(alerted(await feed.poll(...undated('abcd')))).toEqual(['d']);
    expect(alerted(await feed.poll(...undated('abcdefg')))).toEqual(['e', 'f', 'g']);
    expect(alerted(await feed.poll(...undated('xabcdefg')))).toEqual(['x']);
    expect(alerted(await feed.poll(...undated('xabcdefgpq')))).toEqual([]);
  });

  it('is judged by its position although the others have dates', async () => {
    const list = articles(0, 1, 2, 3);
    const feed = await polled(list);
    expect(
      alerted(await feed.poll(article('x'), ...list.slice(0, 1), ...list.slice(2), article('y'))),
    ).toEqual(['x']);
  });
});
