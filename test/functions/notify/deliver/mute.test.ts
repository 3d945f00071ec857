import { describe, expect, it } from 'vitest';
import { mutes } from '../../../../functions/shared/store/mutes.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';
import { followUps, NotifyHarness, ROUND_UP_AT, START } from '../notify-harness.ts';

const HOUR = 3_600_000;

function muting(topic: ConstructorParameters<typeof NotifyHarness>[1] = {}) {
  const table = memoryTable();
  const one = new NotifyHarness(table, topic);
  const {
    topic: { id },
  } = one;
  return { one, store: mutes(table), id };
}

describe('a muted story', () => {
  it('gets no more messages, while other stories do', async () => {
    const { one, store, id } = muting();
    await one.receive(one.hit());
    await store.mute(id, one.published[0]?.alert.entries[0]?.storyId ?? '', one.now);
    await one.addFollowUpEntry(
      new Date(START + HOUR).toISOString(),
      1,
      'Bridge closes again',
      one.published[0]?.alert.entries[0]?.storyId,
    );
    await one.addRetellingEntry(2, 'The bridge, in pictures', one.published[0]?.alert.entries[0]?.storyId);
    await one.addRetellingEntry(3, 'Elsewhere', 'other story');
    await one.tickAt(ROUND_UP_AT);
    expect(one.messages()).toEqual([
      ['new', 'Kessel bridge opens after nine years'],
      ['roundup', 'Elsewhere'],
    ]);
    expect(one.reasons).toContain('its story is muted');
    // Nothing is left over for later.
    await one.tickAt(ROUND_UP_AT + 48 * HOUR);
    expect(one.published).toHaveLength(2);
  });

  it('gets none at once either, and again after the mute ends', async () => {
    const { one, store, id } = muting({ followUps: followUps('all') });
    await one.receive(one.hit());
    const story = one.published[0]?.alert.entries[0]?.storyId ?? '';
    await store.mute(id, story, one.now);
    one.now += HOUR;
    await one.receive(
      one.hit({ change: 'edited', title: 'Kessel bridge closes after a day, engineers find cracks' }),
    );
    expect(one.published).toHaveLength(1);
    await store.unmute(id, story);
    one.now += HOUR;
    await one.receive(one.hit({ change: 'edited', title: 'Kessel bridge collapses; minister resigns' }));
    expect(one.titles()).toEqual([
      ['Kessel bridge opens after nine years'],
      ['Kessel bridge collapses; minister resigns'],
    ]);
  });

  it('gets no follow-up, while another story due at the same time does', async () => {
    const { one, store, id } = muting();
    await store.mute(id, 'story', one.now);
    await one.addFollowUpEntry(new Date(START + HOUR).toISOString(), 1, 'Bridge closes again');
    await one.addFollowUpEntry(new Date(START + HOUR).toISOString(), 2, 'Elsewhere', 'other story');
    await one.tickAt(START + HOUR);
    expect(one.messages()).toEqual([['follow-up', 'Elsewhere']]);
    expect(one.logged.filter((name) => name === 'alert-skipped')).toHaveLength(1);
  });
});
