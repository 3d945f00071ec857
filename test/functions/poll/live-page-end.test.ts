import { describe, expect, it } from 'vitest';
import { DAY, HOUR, PolledFeed, START } from './diff/polled-feed.ts';
import { liveBlog, PAGE, pageOf, update } from './parser/live-page/pages.ts';

const ENDED = 'has ended and is no longer polled';

/** A live page. `rest`: what changes in the page beside its updates. */
const page = (updates: readonly unknown[], rest = '', coverageEndTime?: string) =>
  pageOf(liveBlog(updates, coverageEndTime ? { coverageEndTime } : {}), { '@type': 'Ad', name: rest });

/** Polls a page every six hours for some days. */
async function pollFor(feed: PolledFeed, days: number, document: (at: number) => string): Promise<void> {
  for (const end = feed.now + days * DAY; feed.now < end; feed.now += 6 * HOUR)
    await feed.pollDocument(document(feed.now), { url: PAGE });
}

describe('a live page in which nothing changes for a week', () => {
  it.each([
    ['with other advertisements in every response', (at: number) => page([update(1), update(2)], String(at))],
    ['with the same bytes in every response', () => page([update(1), update(2)])],
  ])('is no longer polled, and the operators get one notice: %s', async (_, document) => {
    const feed = new PolledFeed();
    await pollFor(feed, 7, document);
    expect(feed.notices).toEqual([]);
    await pollFor(feed, 1, document);
    expect(feed.notices).toEqual([ENDED]);
    const { requests } = feed;
    await pollFor(feed, 3, document);
    expect(feed.requests).toBe(requests);
    expect(feed.notices).toEqual([ENDED]);
  });

  it('writes nothing until then', async () => {
    const feed = new PolledFeed();
    await pollFor(feed, 1, (at) => page([update(1)], String(at)));
    const { version } = await feed.state();
    await pollFor(feed, 5, (at) => page([update(1)], String(at)));
    expect((await feed.state()).version).toBe(version);
  });

  it('is polled again after a change of the configuration, and an update is sent', async () => {
    const feed = new PolledFeed();
    await pollFor(feed, 9, () => page([update(1)]));
    feed.config = 'd';
    const sent = await feed.pollDocument(page([update(2), update(1)]), { url: PAGE });
    expect(sent.map(({ item }) => item.title)).toEqual(['Gauge reading 2']);
    expect((await feed.state()).ended).toBeUndefined();
    await pollFor(feed, 6, () => page([update(2), update(1)]));
    expect(feed.notices).toEqual([ENDED]);
  });

  it('goes on while it is edited', async () => {
    const feed = new PolledFeed();
    await pollFor(feed, 20, (at) => page([update(1, { articleBody: `Count: ${at}` })]));
    expect(feed.notices).toEqual([]);
  });

  it.each([
    [-1, [ENDED]],
    [30, []],
  ])('when it says that its coverage ends after %i days: %j', async (days, notices) => {
    const feed = new PolledFeed();
    const end = new Date(START + days * DAY).toISOString();
    await pollFor(feed, 20, () => page([update(1)], '', end));
    expect(feed.notices).toEqual(notices);
  });
});

it('an ordinary feed never ends', async () => {
  const feed = new PolledFeed();
  await feed.poll({ title: 'Storm' });
  feed.now += 30 * DAY;
  await feed.poll({ title: 'Storm' });
  expect(feed.notices).toEqual([]);
  expect((await feed.state()).live).toBeUndefined();
});
