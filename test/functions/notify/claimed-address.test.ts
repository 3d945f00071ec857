import { beforeEach, describe, expect, it } from 'vitest';
import type { NotifyDeps } from '../../../functions/notify/deps.ts';
import { hash64 } from '../../../functions/shared/hash.ts';
import { itemIdAt } from '../../../functions/shared/item-id.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { type HitFields, NotifyHarness } from './notify-harness.ts';

const DAY = 86_400_000;
const REAL = {
  title: 'Kessel dam breaks: flood sweeps away three villages, thousands flee',
  summary:
    'The army is sent to the valley of the Arn after the wall of the old dam gave way at dawn on Monday.',
};
const FALSE_TITLE = 'Kessel dam holds: flood drill in three villages, thousands flee';
const EDIT = {
  ...REAL,
  title: 'Kessel dam: 140 dead, president declares emergency',
  change: 'edited' as const,
};

let harness: NotifyHarness;
beforeEach(() => {
  harness = new NotifyHarness(memoryTable());
});

function deps(): NotifyDeps {
  const known = harness.deps();
  const times = { every: 1, everyAtMost: 1, offset: 0, tags: [], enabled: true };
  const feeds = ['evil', 'victim', 'section'].map((id) => {
    const host = id === 'evil' ? 'evil.test' : 'feeds.victim.test';
    return { id, url: `https://${host}/${id}`, title: id, ...times };
  });
  return { ...known, config: { ...known.config, feeds } };
}

async function shows(
  feed: string,
  fields: HitFields,
  url = 'https://www.victim.test/news/1042',
): Promise<void> {
  const id = itemIdAt(hash64(url), hash64(feed, url));
  await harness.receive(harness.hit({ ...fields, feed, url, id }), deps());
  harness.now += 600_000;
}

/** Titles and feeds of everything that was emailed in the end, including round-up and follow-ups. */
async function deliveredTitles(): Promise<string[]> {
  for (let hours = 0; hours < 48; hours++) await harness.tickAt(harness.now + DAY / 24);
  return harness.published.flatMap(({ alert }) =>
    alert.entries.map(({ feed, title }) => `${feed}: ${title}`),
  );
}

describe('a feed that claims another site’s address before that site shows an item there', () => {
  it.each<[string, HitFields]>([
    ['under a headline that says the reverse', { title: FALSE_TITLE, summary: REAL.summary }],
    ['under another headline, over its text', { title: 'Small footpath closed', summary: REAL.summary }],
    ['under a headline of much the same words', { title: `Hoax: no ${REAL.title}`, summary: '' }],
    ['under a clickbait headline', { title: 'Small flood closes a footpath near Tillbury', summary: '' }],
  ])('silences neither the site nor its edits: %s', async (_, claim) => {
    await shows('evil', claim);
    await shows('victim', REAL);
    expect(await deliveredTitles()).toContain(`victim: ${REAL.title}`);
    await shows('victim', EDIT);
    expect(await deliveredTitles()).toContain(`victim: ${EDIT.title}`);
  });

  it('reports the news if it has the same words; the site’s edits are still delivered', async () => {
    await shows('evil', REAL);
    await shows('victim', REAL);
    await shows('evil', { ...EDIT, title: 'Kessel dam holds after all, nothing happened' });
    await shows('victim', EDIT);
    const all = await deliveredTitles();
    expect(all).toContain(`evil: ${REAL.title}`);
    expect(all).toContain(`victim: ${EDIT.title}`);
  });

  it('adds nothing if it comes after the site', async () => {
    await shows('victim', REAL);
    await shows('evil', { title: FALSE_TITLE, summary: REAL.summary });
    await shows('evil', { ...EDIT, title: 'Kessel dam holds after all, nothing happened' });
    expect(await deliveredTitles()).toEqual([`victim: ${REAL.title}`]);
  });
});

describe('two feeds of one site', () => {
  it.each<[string, string, string]>([
    ['front page first', 'victim', 'section'],
    ['section first', 'section', 'victim'],
  ])('report an article once, whatever the headlines: %s', async (_, first, second) => {
    await shows(first, REAL);
    await shows(second, {
      title: 'Wall of the old dam gives way: three villages gone',
      summary: REAL.summary,
    });
    expect(await deliveredTitles()).toEqual([`${first}: ${REAL.title}`]);
  });

  it('deliver an edit that both show once', async () => {
    await shows('victim', REAL);
    await shows('section', REAL);
    await shows('victim', EDIT);
    await shows('section', EDIT);
    expect(await deliveredTitles()).toEqual([`victim: ${REAL.title}`, `victim: ${EDIT.title}`]);
  });

  it('silence nothing together with a third feed that claims their address in between', async () => {
    await shows('section', REAL);
    await shows('evil', { title: FALSE_TITLE, summary: REAL.summary });
    await shows('victim', { ...REAL, summary: '' });
    expect(await deliveredTitles()).toEqual([`section: ${REAL.title}`]);
  });
});
