import { describe, expect, it } from 'vitest';
import { mutes } from '../../../../functions/shared/store/mutes.ts';
import type { Table } from '../../../../functions/shared/store/table.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';
import { followUps, LEASE, NotifyHarness, ROUND_UP_AT, START } from '../notify-harness.ts';

const HOUR = 3_600_000;

function muting(topic: ConstructorParameters<typeof NotifyHarness>[1] = {}) {
  const table = memoryTable();
  const one = new NotifyHarness(table, topic);
  const {
    topic: { id },
  } = one;
  return { one, store: mutes(table), table, id };
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

  it('loses nothing by SMS if the mutes cannot be read at first', async () => {
    const { one, table } = muting();
    const failing = failingOnce(table);
    await expect(one.receive(one.hit(), one.deps(failing))).rejects.toThrow('no mutes');
    one.now += 2 * LEASE;
    await one.receive(one.hit(), one.deps(failing));
    expect(one.published.map(({ protocols }) => protocols)).toEqual([['email', 'sms']]);
  });

  it('loses no digest by SMS if the mutes cannot be read at first', async () => {
    const { one, table } = muting();
    await one.addDigestEntry(new Date(START).toISOString(), 1, 'Elsewhere');
    const [digest] = await one.dueDigests();
    if (!digest) throw new Error('nothing is due');
    const failing = failingOnce(table);
    // Failures of digests are logged: later ticks find them due again.
    await one.receive(digest, one.deps(failing));
    expect(one.published).toEqual([]);
    one.now += 2 * LEASE;
    await one.receive(digest, one.deps(failing));
    expect(one.published.map(({ protocols }) => protocols)).toEqual([['email', 'sms']]);
  });

  it('takes no SMS parts from other stories', async () => {
    const { one, store, id } = muting({ followUps: followUps('all') });
    one.smsParts = { month: 2, recipients: { [id]: 1 } };
    await one.receive(one.hit());
    await store.mute(id, one.published[0]?.alert.entries[0]?.storyId ?? '', one.now);
    one.now += HOUR;
    await one.receive(
      one.hit({ change: 'edited', title: 'Kessel bridge closes after a day, engineers find cracks' }),
    );
    await one.addDigestEntry(new Date(one.now).toISOString(), 1, 'The bridge, again', {
      storyId: one.published[0]?.alert.entries[0]?.storyId ?? '',
    });
    await one.tick();
    await one.receive(one.hit({ id: 'item-2', title: 'Elsewhere, a ferry sinks', summary: 'All are safe.' }));
    expect(one.titles('sms')).toEqual([
      ['Kessel bridge opens after nine years'],
      ['Elsewhere, a ferry sinks'],
    ]);
  });

  it('sends no SMS of retellings alone when the rest of a digest is muted', async () => {
    const { one, store, id } = muting();
    const due = new Date(START).toISOString();
    await one.addDigestEntry(due, 1, 'Bridge closes again', { storyId: 'story' });
    await one.addDigestEntry(due, 2, 'The ferry, in pictures', { role: 'also' });
    await store.mute(id, 'story', one.now);
    await one.tick();
    expect(one.titles('email')).toEqual([['The ferry, in pictures']]);
    expect(one.titles('sms')).toEqual([]);
  });
});

/** Returns the table with mutes that cannot be read once. */
function failingOnce(table: Table): Table {
  let failures = 1;
  return {
    ...table,
    async query(range) {
      if (range.from.startsWith('MUTED#') && failures-- > 0) throw new Error('no mutes');
      return table.query(range);
    },
  };
}
