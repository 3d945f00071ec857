import { describe, expect, it } from 'vitest';
import { hash64 } from '../../../functions/shared/hash.ts';
import type { FollowUpMode } from '../../../functions/shared/model.ts';
import { stories } from '../../../functions/shared/store/stories.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { followUps, NotifyHarness, START } from './notify-harness.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PAGE = { feed: 'Herald Live', context: 'Live: the Kessel summit' };

/** Headlines of updates that have no word in common. */
const HEADLINES = Array.from({ length: 40 }, (_, n) =>
  [
    'Ministers arrive',
    'Fishing quotas agreed',
    'Protest reaches harbour',
    'Trains run again',
    'Lunch delayed',
  ]
    .map((text, k) => (n % 5 === k ? `${text} ${String.fromCodePoint(97 + (n % 26)).repeat(6)}` : ''))
    .join('')
    .trim(),
);

/** Sends one update every quarter of an hour, and what is due every minute. */
async function follow(harness: NotifyHarness, headlines = HEADLINES): Promise<void> {
  for (const [n, title] of headlines.entries()) {
    await harness.receive(harness.hit({ ...PAGE, id: hash64('update', String(n)), title, summary: '' }));
    for (let minute = 0; minute < 15; minute++) {
      harness.now += MINUTE;
      await harness.tick();
    }
  }
}

describe('a live page of forty updates in ten hours', () => {
  it.each<[FollowUpMode, number]>([
    ['off', 1],
    ['urgent', 1],
    ['calm', 3],
    ['all', 40],
  ])('with followUps: %s is one story of %i messages, beside the round-up', async (mode, messages) => {
    const table = memoryTable();
    const harness = new NotifyHarness(table, { followUps: followUps(mode) });
    await follow(harness);
    const kinds = harness.published.map(({ alert }) => alert.kind).filter((kind) => kind !== 'roundup');
    expect(kinds).toEqual(['new', ...Array.from({ length: messages - 1 }, () => 'follow-up')]);
    expect((await stories(table).since(harness.topic.id, 0)).stories).toHaveLength(1);
  });

  it('lists every update once, over all its messages', async () => {
    const harness = new NotifyHarness(memoryTable(), { followUps: followUps('calm') });
    await follow(harness);
    await harness.tickAt(harness.now + 24 * HOUR);
    const listed = harness.published.flatMap(({ alert }) => alert.entries.map(({ title }) => title));
    expect(listed.toSorted()).toEqual(HEADLINES.toSorted());
  });
});

it('an update joins the story that another feed has opened, and later updates follow it there', async () => {
  const table = memoryTable();
  const harness = new NotifyHarness(table, { followUps: followUps('off') });
  await harness.receive(
    harness.hit({ title: 'Kessel summit agrees on fishing quotas', feed: 'The Courier' }),
  );
  harness.now += MINUTE;
  await follow(harness, [
    'Kessel summit agrees on fishing quotas today',
    'Trains run again',
    'Lunch delayed',
  ]);
  const { stories: all } = await stories(table).since(harness.topic.id, 0);
  expect(all.map(({ livePage, itemIds }) => [livePage, itemIds.length])).toEqual([['herald-live', 4]]);
});

it('two live pages are two stories, and so is a page of the week before', async () => {
  const harness = new NotifyHarness(memoryTable(), { followUps: followUps('off') });
  await harness.receive(harness.hit({ ...PAGE, id: 'a', title: 'Ministers arrive', summary: '' }));
  await harness.receive(
    harness.hit({ ...PAGE, feed: 'Wire Live', id: 'b', title: 'Trains run again', summary: '' }),
  );
  harness.now = START + 8 * 24 * HOUR;
  await harness.receive(harness.hit({ ...PAGE, id: 'c', title: 'Lunch delayed', summary: '' }));
  expect(harness.titles()).toEqual([['Ministers arrive'], ['Trains run again'], ['Lunch delayed']]);
});
