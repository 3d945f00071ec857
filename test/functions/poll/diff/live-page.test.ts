import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  liveBlog,
  microdataOf,
  microdataUpdate,
  PAGE,
  pageOf,
  timeAt,
  update,
  updateWithoutId,
  type WrittenUpdate,
} from '../parser/live-page/pages.ts';
import { PolledFeed } from './polled-feed.ts';

const MINUTE = 60_000;

/** A live page that the real `poll` polls. Its `poll` returns the sent items as "new Title". */
function polledPage() {
  const feed = new PolledFeed();
  const poll = async (page: string, url = PAGE) => {
    const items = await feed.pollDocument(page, { url });
    feed.now += MINUTE;
    return items.map(({ change, item }) => `${change} ${item.title}`);
  };
  return { feed, poll };
}

type Write = (minute: number, more?: WrittenUpdate) => WrittenUpdate;

/** Minutes of the updates; two share a time. */
const MINUTES = [1, 4, 9, 9.5, 12, 20, 31];
const timed =
  (write: Write): Write =>
  (minute, more) =>
    write(minute, { datePublished: timeAt(Math.floor(minute)), ...more });

const KINDS: Readonly<Record<string, (minutes: readonly number[], corrected?: WrittenUpdate) => string>> = {
  'with addresses': pages(timed(update)),
  'without ids': pages(timed(updateWithoutId)),
  'without ids and headlines': pages(
    timed((minute, more) => updateWithoutId(minute, { headline: undefined, ...more })),
  ),
  'without ids, with the page’s headline': pages(
    timed((minute, more) => updateWithoutId(minute, { headline: 'Ostrand flood: latest', ...more })),
  ),
  'with the page’s address': pages(timed((minute, more) => updateWithoutId(minute, { url: PAGE, ...more }))),
  'with ids that number them from the top': (minutes, corrected) =>
    pageOf(
      liveBlog(
        minutes.map((minute, n) =>
          timed(updateWithoutId)(minute, { '@id': `#${n + 1}`, ...(n === 0 ? corrected : {}) }),
        ),
      ),
    ),
  'with short anchors': pages(
    timed((minute, more) => updateWithoutId(minute, { url: `#${minute * 2}`, ...more })),
  ),
  'with plain identifiers': pages(
    timed((minute, more) => updateWithoutId(minute, { identifier: 5_000 + minute * 2, ...more })),
  ),
};

/** Returns a function that writes a page with these updates; `corrected` changes its first. */
function pages(write: Write) {
  return (minutes: readonly number[], corrected?: WrittenUpdate) =>
    pageOf(liveBlog(minutes.map((minute, n) => write(minute, n === 0 ? corrected : {}))));
}

describe.each(Object.entries(KINDS))('a live page of updates %s', (_, page) => {
  const numbered = page === KINDS['with ids that number them from the top'];
  // Numbers from the oldest update on are stable as the page grows.
  it.each(numbered ? ['newest'] : ['newest', 'oldest'])(
    'brings each once as it grows, %s first, and loses its oldest',
    async (order) => {
      const { poll } = polledPage();
      const sent: string[] = [];
      const arranged = (minutes: readonly number[]) => (order === 'newest' ? minutes.toReversed() : minutes);
      for (let count = 1; count <= MINUTES.length; count++)
        sent.push(...(await poll(page(arranged(MINUTES.slice(0, count))))));
      expect(sent.filter((item) => item.startsWith('new'))).toHaveLength(MINUTES.length);
      expect(sent.filter((item) => item.startsWith('edited'))).toEqual([]);
      for (let first = 1; first < MINUTES.length; first++)
        expect(await poll(page(arranged(MINUTES.slice(first))))).toEqual([]);
    },
  );

  it('edits an item when its text is corrected', async () => {
    const { poll } = polledPage();
    const minutes = [31, 20, 12, 4, 1];
    await poll(page(minutes));
    const correction = {
      articleBody: 'The river fell to mark 30. The gates open.',
      dateModified: timeAt(40),
    };
    expect(await poll(page(minutes, correction))).toEqual([expect.stringMatching(/^edited /)]);
    expect(await poll(page(minutes, correction))).toEqual([]);
  });
});

it.each([
  ['without id', (_minute: number) => ({})],
  ['with short anchors', (minute: number) => ({ url: `#${minute * 5}` })],
  ['with its position as id', (_minute: number) => ({ '@id': '#1' })],
  ['with anchors', (minute: number) => ({ url: `#post-${minute}` })],
])('a page of one update %s that a later one replaces brings both', async (_, ids) => {
  const { poll } = polledPage();
  const page = (minute: number) => pageOf(liveBlog([updateWithoutId(minute, ids(minute))]));
  expect([...(await poll(page(1))), ...(await poll(page(2))), ...(await poll(page(3)))]).toEqual(
    [1, 2, 3].map((minute) => `new Gauge reading ${minute}`),
  );
});

it.each(['newest', 'oldest'])(
  'sends the updates of one poll in the order in which they happened: %s first',
  async (order) => {
    const { poll } = polledPage();
    const page = (minutes: readonly number[]) =>
      pageOf(liveBlog((order === 'newest' ? minutes.toReversed() : minutes).map((n) => update(n))));
    const titles = (minutes: readonly number[]) => minutes.map((n) => `new Gauge reading ${n}`);
    expect(await poll(page([1, 4]))).toEqual(titles([1, 4]));
    expect(await poll(page([1, 4, 9, 12, 20]))).toEqual(titles([9, 12, 20]));
  },
);

it('an empty live page begins with its first update', async () => {
  const { poll } = polledPage();
  expect(await poll(pageOf(liveBlog([])))).toEqual([]);
  expect(await poll(pageOf(liveBlog([update(5)])))).toEqual(['new Gauge reading 5']);
});

it('microdata that is ahead of JSON-LD for a while brings each update once', async () => {
  const { poll } = polledPage();
  const page = (marked: readonly number[], written: readonly number[]) =>
    microdataOf(marked.map((minute) => microdataUpdate(minute, ''))).replace(
      '</body>',
      `<script type="application/ld+json">${JSON.stringify(liveBlog(written.map((minute) => update(minute))))}</script></body>`,
    );
  expect(await poll(page([2, 1], [2, 1]))).toHaveLength(2);
  expect(await poll(page([3, 2, 1], [2, 1]))).toEqual(['new Gauge reading 3']);
  expect(await poll(page([3, 2, 1], [3, 2, 1]))).toEqual([]);
});

it('items have the page’s title as context', async () => {
  const [sent] = await new PolledFeed().pollDocument(pageOf(liveBlog([update(1)])), { url: PAGE });
  expect(sent?.item).toMatchObject({ context: 'Ostrand flood: latest', url: `${PAGE}#post-101` });
});

const SAMPLES = join(import.meta.dirname, '../../../../../shared/data/liveblogs');

describe.skipIf(!existsSync(SAMPLES))(`real pages (skipped without ../shared/data/liveblogs)`, () => {
  it.each(['fundus-Express_2024_07_18.html', 'trafilatura-corkbeo.ie.level.html'])(
    '%s brings each update once as it grows',
    async (name) => {
      const html = readFileSync(`${SAMPLES}/${name}`, 'utf8');
      const script = [...html.matchAll(/<script[^>]*ld\+json[^>]*>(.*?)<\/script>/gs)].find(([, json]) =>
        json?.includes('LiveBlogPosting'),
      );
      const json = script?.[1] ?? expect.fail('no live blog');
      const blog: { url: string; liveBlogUpdate: { datePublished: string }[] } = JSON.parse(json);
      const withUpdates = (updates: readonly unknown[]) =>
        html.replace(json, () => JSON.stringify({ ...blog, liveBlogUpdate: updates }));
      const { poll } = polledPage();
      const oldestFirst = blog.liveBlogUpdate.toSorted(
        (a, b) => Date.parse(a.datePublished) - Date.parse(b.datePublished),
      );
      const sent: string[] = [];
      for (let count = 1; count <= oldestFirst.length; count++)
        sent.push(...(await poll(withUpdates(oldestFirst.slice(0, count).reverse()), blog.url)));
      expect(sent.filter((item) => item.startsWith('new'))).toHaveLength(oldestFirst.length);
      expect(sent).toHaveLength(oldestFirst.length);
      for (let first = 1; first < oldestFirst.length; first++)
        expect(await poll(withUpdates(oldestFirst.slice(first).reverse()), blog.url)).toEqual([]);
    },
  );
});
