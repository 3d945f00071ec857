import { beforeEach, describe, expect, it } from 'vitest';
import { hash64 } from '../../../functions/shared/hash.ts';
import { itemIdAt } from '../../../functions/shared/item-id.ts';
import type { Burst, Hit } from '../../../functions/shared/messages.ts';
import type { FollowUpMode } from '../../../functions/shared/model.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { followUps, type HitFields, NotifyHarness, START } from './notify-harness.ts';

const DAY = 86_400_000;
const WARNINGS = 'https://warnings.example/';
const ARTICLE = {
  url: 'https://courier.example/kessel',
  title: 'Kessel bridge opens after nine years',
  summary: 'A ribbon was cut by the mayor while the old ferry made its last crossing.',
};

let harness: NotifyHarness;
beforeEach(() => {
  harness = new NotifyHarness(memoryTable());
});

/** Returns a hit with the id that poll gives an item at an address. */
function at(url: string, feed: string, fields: HitFields, published?: number): Hit {
  const hit = harness.hit({ ...fields, feed, url, id: itemIdAt(hash64(url), hash64(feed, url)) });
  if (published === undefined) return hit;
  return { ...hit, item: { ...hit.item, published: new Date(published).toISOString() } };
}

/** Titles of everything that was emailed in the end, including the round-up. */
async function deliveredTitles(...hits: Hit[]): Promise<string[]> {
  for (const hit of hits) await harness.receive(hit);
  await harness.tickAt(harness.now + DAY);
  return harness.titles().flat();
}

describe('two feeds that link to one page', () => {
  it.each<[string, HitFields, HitFields]>([
    [
      'other news',
      { title: 'Storm warning north', summary: 'Gusts up to 110 on the northern coast.' },
      { title: 'Flood warning south: rivers over their banks', summary: 'Arn and Tolm are rising quickly.' },
    ],
    [
      'a warning from the same template',
      { title: 'Storm warning for Veloza', summary: 'Veloza expects gusts of 110 tonight, says the office.' },
      {
        title: 'Storm warning for Tolmark',
        summary: 'Tolmark expects gusts of 90 at noon, says the office.',
      },
    ],
    ['another number', { title: 'Earthquake of 5.1 strikes' }, { title: 'Earthquake of 6.4 strikes' }],
    [
      'clickbait at another site’s address',
      { title: 'Small flood closes a footpath near Tillbury', summary: '' },
      { title: 'Kessel dam breaks: three villages gone, thousands flee', summary: '' },
    ],
  ])('are both reported: %s', async (_name, first, second) => {
    const titles = await deliveredTitles(at(WARNINGS, 'North', first), at(WARNINGS, 'South', second));
    expect(titles.toSorted()).toEqual([first.title, second.title].toSorted());
  });

  it.each([1, 30])('are both reported, %d days apart', async (days) => {
    await harness.receive(at(WARNINGS, 'North', { title: 'Storm warning', summary: 'Gusts of 110.' }, START));
    harness.now += days * DAY;
    const later = at(WARNINGS, 'South', { title: 'Flood warning', summary: 'Rivers rise.' }, harness.now);
    expect(await deliveredTitles(later)).toEqual(['Storm warning', 'Flood warning']);
  });
});

describe('one article in two feeds', () => {
  it.each<[string, HitFields]>([
    ['in the same words', {}],
    ['with a longer headline', { title: 'Kessel bridge opens after nine long years' }],
    ['without its text', { summary: '' }],
    ['under a headline of its own', { title: 'Ribbon cut at last: nine years of building end' }],
  ])('is reported once: %s', async (_name, section) => {
    const both = [
      at(ARTICLE.url, 'Front page', ARTICLE),
      at(ARTICLE.url, 'Bridges', { ...ARTICLE, ...section }),
    ];
    expect(await deliveredTitles(...both)).toEqual([ARTICLE.title]);
  });

  it('is reported once, even days later', async () => {
    await harness.receive(at(ARTICLE.url, 'Front page', ARTICLE, START - DAY));
    harness.now += 5 * DAY;
    const late = at(ARTICLE.url, 'Most read', { ...ARTICLE, title: `${ARTICLE.title} of work` }, START - DAY);
    expect(await deliveredTitles(late)).toEqual([ARTICLE.title]);
  });

  it('is reported if the other feed had nothing to report of it', async () => {
    await harness.receive({ ...at(ARTICLE.url, 'Front page', ARTICLE), loudness: 'silent' });
    expect(await deliveredTitles(at(ARTICLE.url, 'Bridges', ARTICLE))).toEqual([ARTICLE.title]);
  });

  it('is reported once across an upgrade from ids that are the same in all feeds', async () => {
    const before = { ...at(ARTICLE.url, 'Front page', ARTICLE) };
    await harness.receive({ ...before, item: { ...before.item, id: hash64(ARTICLE.url) } });
    const after = at(ARTICLE.url, 'Bridges', {
      ...ARTICLE,
      title: 'Kessel bridge opens after nine long years',
    });
    expect(await deliveredTitles(after)).toEqual([ARTICLE.title]);
  });
});

describe('a second article of a feed at the address of one that poll no longer knows', () => {
  const first = { title: 'Storm warning', summary: 'Gusts up to 110 on the northern coast until midnight.' };
  const second = {
    title: 'Ferries stay in port over the holidays',
    summary: 'Crews of the Port Lumen line take leave, and islanders wait for Monday.',
  };
  const withGuid = (hit: Hit, guidHash: string, change: Hit['change'] = 'new'): Hit => ({
    ...hit,
    change,
    item: { ...hit.item, guidHash },
  });
  const asBurst = ({ kind: _, item, change, terms, why, ...hit }: Hit): Burst => ({
    ...hit,
    kind: 'burst',
    items: [{ item, change, terms, why }],
  });
  const titlesAfter = async (...messages: (Hit | Burst)[]) => {
    for (const message of messages) {
      harness.now += 60_000;
      await harness.receive(message);
    }
    await harness.tickAt(harness.now + DAY);
    return harness.titles().flat();
  };

  it.each<[FollowUpMode, HitFields]>([
    ['off', second],
    ['calm', second],
    ['off', { ...second, title: first.title }],
  ])('is news, with followUps: %s: %j', async (mode, other) => {
    harness = new NotifyHarness(memoryTable(), { followUps: followUps(mode) });
    const later = withGuid(at(WARNINGS, 'North', other), 'two');
    const titles = await titlesAfter(withGuid(at(WARNINGS, 'North', first), 'one'), later, later);
    expect(titles).toEqual([first.title, other.title]);
    expect(harness.published.flatMap(({ alert }) => alert.entries.map(({ kind }) => kind))).toEqual([
      'new',
      'new',
    ]);
  });

  it('has edits of its own, and leaves those of the first article to it', async () => {
    const [one, two] = [
      { ...first, title: 'Storm reaches the port of Kessel' },
      { ...second, title: 'Islanders charter a trawler of their own' },
    ];
    const titles = await titlesAfter(
      withGuid(at(WARNINGS, 'North', first), 'one'),
      withGuid(at(WARNINGS, 'North', second), 'two'),
      withGuid(at(WARNINGS, 'North', one), 'one', 'edited'),
      withGuid(at(WARNINGS, 'North', two), 'two', 'edited'),
    );
    expect(titles.toSorted()).toEqual([first, second, one, two].map(({ title }) => title).toSorted());
  });

  it('is news in a burst, too, once', async () => {
    const later = asBurst(withGuid(at(WARNINGS, 'North', second), 'two'));
    const titles = await titlesAfter(withGuid(at(WARNINGS, 'North', first), 'one'), later, later);
    expect(titles).toEqual([first.title, second.title]);
  });

  it.each<[string, HitFields, string, Hit['change']]>([
    ['the feed changes the guid with an edit', second, 'two', 'edited'],
    ['the feed shows the article again with another guid', first, 'two', 'new'],
    ['an edit comes before the first text was committed', second, 'one', 'new'],
  ])('is the same article if %s', async (_, fields, guidHash, change) => {
    harness = new NotifyHarness(memoryTable(), { followUps: followUps('off') });
    const again = withGuid(at(WARNINGS, 'North', fields), guidHash, change);
    const titles = await titlesAfter(withGuid(at(WARNINGS, 'North', first), 'one'), again);
    expect(titles).toEqual([first.title]);
  });
});
