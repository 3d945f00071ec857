import { describe, expect, it } from 'vitest';
import { DAY, HOUR, PolledFeed, type ShownEntry, START } from './polled-feed.ts';

/** An article of so many days before the start; undefined is undated. */
const article = (name: string, days?: number): ShownEntry => ({
  title: name,
  text: `About ${name}`,
  guid: name,
  url: `https://herald.test/${name}`,
  ...(days === undefined ? {} : { ago: days * DAY }),
});
const articles = (...days: number[]) => days.map((ago) => article(`of ${ago} days`, ago));
/** Articles a, b, c … without dates. */
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
const told = (lines: readonly string[]) =>
  lines.filter((line) => line.endsWith('(alert)')).map((line) => line.replace(/^new (.*) \(alert\)$/, '$1'));

describe('an entry with a date', () => {
  const list = articles(0.1, 20, 40, 60, 80);

  it.each<[string, ShownEntry[]]>([
    ['slides in, as another vanished', [...list.slice(0, 2), ...list.slice(3), article('old', 100)]],
    ['comes with a longer list', [...list, ...articles(100, 120, 140)]],
    ['is years old and stands on top', [article('2012', 5_000), ...list]],
    [
      'is years old and stands among the others',
      [...list.slice(0, 2), article('2012', 5_000), ...list.slice(2)],
    ],
    ['is of last year to the day', [article('a year ago', 365), ...list]],
    ['is older than the last news by more than a week, below all', [...list.slice(0, 1), article('old', 9)]],
  ])('that %s is history', async (_name, next) => {
    const feed = await polled(list);
    const lines = await feed.poll(...next);
    expect(lines.length).toBeGreaterThan(0);
    expect(told(lines)).toEqual([]);
    expect(lines.every((line) => line.startsWith('new ') && line.endsWith(' (silent)'))).toBe(true);
    expect(await feed.poll(...next)).toEqual([]);
    expect(feed.notices).toEqual([]);
  });

  it.each<[string, ShownEntry[]]>([
    ['is a day late', [article('late', 1), ...list]],
    ['is six days late, and below others', [...list.slice(0, 1), article('late', 6), ...list.slice(1)]],
    ['was a draft for three weeks', [...list.slice(0, 2), article('draft', 21), ...list.slice(2)]],
    ['is dated in the future', [article('tomorrow', -0.5), ...list]],
    ['is dated at midnight a week ago', [{ ...article('day'), date: '2026-03-03' }, ...list]],
  ])('that %s is news', async (_name, next) => {
    const feed = await polled(list);
    const [only, ...others] = told(await feed.poll(...next));
    expect(others).toEqual([]);
    expect(next.some(({ title }) => title === only)).toBe(true);
  });

  it('that is as late as the first poll looks back is news', async () => {
    const feed = await polled(list, { firstPoll: 30 * DAY });
    expect(told(await feed.poll(article('late', 25), ...list))).toEqual(['late']);
  });

  it('that came while the feed could not be read is news', async () => {
    const feed = await polled(list);
    feed.now = START + 30 * DAY;
    const since = [-29, -20, -15, -1].map((ago) => article(`since ${-ago}`, ago));
    const lines = await feed.poll(...since.toReversed(), article('old', 100));
    expect(told(lines)).toEqual(['since 1', 'since 15', 'since 20', 'since 29']);
  });

  it('of a feed that is silent for months is compared with its last news', async () => {
    const feed = await polled(articles(60, 70, 80));
    feed.now = START + 20 * DAY;
    expect(told(await feed.poll(article('event', -5), ...articles(60, 70, 80)))).toEqual(['event']);
    expect(told(await feed.poll(article('event', -5), ...articles(60, 70, 80, 90)))).toEqual([]);
  });

  it('on top of a list whose years are all wrong is news', async () => {
    const wrong = (n: number) => article(`wrong ${n}`, 3_650 - n);
    const feed = await polled([3, 2, 1].map(wrong));
    expect(told(await feed.poll(...[5, 4, 3, 2, 1].map(wrong)))).toEqual(['wrong 5', 'wrong 4']);
    expect(told(await feed.poll(article('just before', 3_645.5), ...[5, 4, 3].map(wrong)))).toEqual([
      'just before',
    ]);
    expect(told(await feed.poll({ ...wrong(9), ago: HOUR }, ...[5, 4, 3].map(wrong)))).toEqual(['wrong 9']);
  });

  it('whose year is the last one by mistake, in January, is news', async () => {
    const feed = new PolledFeed();
    feed.now = Date.parse('2027-01-04T08:00:00Z');
    const before = { ...article('before'), date: '2027-01-03T12:00:00Z' };
    await feed.poll(before);
    feed.now += 2 * HOUR;
    const typed = { ...article('typed'), date: '2026-01-04T09:30:00Z' };
    expect(told(await feed.poll(typed, before))).toEqual(['typed']);
  });

  it('of a list that goes oldest first is news at its end', async () => {
    const list = articles(80, 60, 40, 20, 1);
    const feed = await polled(list);
    expect(told(await feed.poll(...list.slice(1), article('today', 0)))).toEqual(['today']);
    expect(told(await feed.poll(article('old', 100), ...list.slice(1), article('today', 0)))).toEqual([]);
  });

  it('of a list that goes by titles is news wherever it stands', async () => {
    const list = articles(30, 2, 50, 1, 40, 3, 60, 5);
    const feed = await polled(list);
    expect(told(await feed.poll(...list.slice(0, 3), article('new', 0), ...list.slice(3)))).toEqual(['new']);
    expect(told(await feed.poll(...list, article('2012', 5_000)))).toEqual([]);
  });

  it('of a court that dates by its decisions is news as late as they usually are', async () => {
    const decisions = articles(9, 25, 12, 31, 10, 28, 20, 35, 11);
    const feed = await polled(decisions);
    expect(told(await feed.poll(article('decided', 19), ...decisions.slice(0, 8)))).toEqual(['decided']);
    expect(told(await feed.poll(article('landmark', 400), ...decisions.slice(0, 8)))).toEqual([]);
  });
});

describe('an entry without a date', () => {
  it.each([
    ['stands at the end of a list that lost another', 'abcde', 'acdef'],
    ['stands at the end of a list that got longer', 'abc', 'abcxyz'],
    ['stands at the end, below news', 'abc', 'nabcx'],
  ])('that %s is history', async (_name, before, after) => {
    const feed = await polled(undated(before));
    expect(told(await feed.poll(...undated(after)))).toEqual(after.startsWith('n') ? ['n'] : []);
  });

  it.each([
    ['stands on top', 'abc', 'xabc', ['x']],
    ['stands among others', 'abc', 'abxc', ['x']],
    ['pushes the last one off', 'abcd', 'xabc', ['x']],
    ['is the last of a list that lost its first', 'abcd', 'bcdx', ['x']],
    ['is the only one more, at the end', 'abc', 'abcx', ['x']],
    ['comes at the end of a list in another order', 'abcd', 'dacx', ['x']],
    ['comes with all others new', 'abc', 'xyz', ['x', 'y', 'z']],
  ])('that %s is news', async (_name, before, after, expected) => {
    const feed = await polled(undated(before));
    expect(told(await feed.poll(...undated(after)))).toEqual(expected);
  });

  it('at the end is news in a list that adds its news there, as it has shown', async () => {
    const feed = await polled(undated('abc'));
    expect(told(await feed.poll(...undated('abcd')))).toEqual(['d']);
    expect(told(await feed.poll(...undated('abcdefg')))).toEqual(['e', 'f', 'g']);
    expect(told(await feed.poll(...undated('xabcdefg')))).toEqual(['x']);
    expect(told(await feed.poll(...undated('xabcdefgpq')))).toEqual([]);
  });

  it('goes by its place where the others have dates', async () => {
    const list = articles(0, 1, 2, 3);
    const feed = await polled(list);
    expect(told(await feed.poll(article('x'), ...list.slice(0, 1), ...list.slice(2), article('y')))).toEqual([
      'x',
    ]);
  });
});
