import { describe, expect, it } from 'vitest';
import { claims, LEASE_MS } from '../../../../functions/shared/store/claims.ts';
import type { Table } from '../../../../functions/shared/store/table.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');

describe('a claim', () => {
  it('is given once', async () => {
    const store = claims(memoryTable(), 'me');
    expect(await store.claim('a', NOW)).toMatchObject({
      kind: 'ours',
      resumed: false,
      claimedAt: NOW,
      covers: [],
    });
    expect(await store.claim('a', NOW)).toEqual({ kind: 'busy' });
    expect(await store.claim('b', NOW)).toMatchObject({ kind: 'ours' });
  });

  it('is given to one of many concurrent workers', async () => {
    const store = claims(memoryTable(), 'me');
    const results = await Promise.all(Array.from({ length: 50 }, () => store.claim('a', NOW)));
    expect(results.filter(({ kind }) => kind === 'ours')).toHaveLength(1);
    expect(results.filter(({ kind }) => kind === 'busy')).toHaveLength(49);
  });

  it('holds until the end of its lease', async () => {
    const store = claims(memoryTable(), 'me');
    await store.claim('a', NOW);
    expect(await store.claim('a', NOW + LEASE_MS)).toEqual({ kind: 'busy' });
    expect(await store.claim('a', NOW + LEASE_MS + 1)).toMatchObject({ kind: 'ours', resumed: true });
  });

  it('is taken over if its lease was written before the clock was set back', async () => {
    const store = claims(memoryTable(), 'me');
    await store.claim('a', NOW);
    const setBack = NOW - 3_600_000;
    expect(await store.claim('a', setBack)).toMatchObject({ kind: 'ours', resumed: true });
    // A difference of some seconds between clocks does not count.
    expect(await store.claim('a', setBack - LEASE_MS)).toEqual({ kind: 'busy' });
  });

  it('that is taken over goes the first attempt’s way, at once or by a digest', async () => {
    const store = claims(memoryTable(), 'me');
    const later = NOW + LEASE_MS + 1;
    await store.claim('at once', NOW);
    await store.claim('by a digest', NOW, [], { dueAt: NOW + 5_000 });
    expect(await store.claim('at once', later, [], { dueAt: later + 5_000 })).toMatchObject({
      dueAt: undefined,
    });
    expect(await store.claim('by a digest', later)).toMatchObject({ resumed: true, dueAt: NOW + 5_000 });
  });

  it('that is taken over waits for the same kind of message as the first attempt', async () => {
    const store = claims(memoryTable(), 'me');
    const later = NOW + LEASE_MS + 1;
    await store.claim('follow-up', NOW, [], { dueAt: NOW + 5_000, waitsFor: 'follow-up' });
    expect(
      await store.claim('follow-up', later, [], { dueAt: later + 5_000, waitsFor: 'roundup' }),
    ).toMatchObject({ resumed: true, dueAt: NOW + 5_000, waitsFor: 'follow-up' });
    // 0.1.0 stored no kind, so the kind of the attempt that takes over counts.
    await store.claim('old', NOW, [], { dueAt: NOW + 5_000 });
    expect(await store.claim('old', later, [], { dueAt: later + 5_000, waitsFor: 'welcome' })).toMatchObject({
      resumed: true,
      dueAt: NOW + 5_000,
      waitsFor: 'welcome',
    });
  });

  it('says what it covers, also to readers', async () => {
    const store = claims(memoryTable(), 'me');
    const later = NOW + LEASE_MS + 1;
    await store.claim('a', NOW, ['one', 'two']);
    expect(await store.find('a')).toEqual({
      settled: false,
      protocols: ['email', 'sms'],
      covers: ['one', 'two'],
    });
    expect(await store.claim('a', later, ['three'])).toMatchObject({ resumed: true, covers: ['one', 'two'] });
    await store.settle('a', 'sent', later, {
      covers: ['one', 'two'],
      title: 'Kessel bridge opens',
      entry: { itemId: 'item-1', textHash: 'abc' },
    });
    expect(await store.find('a')).toEqual({
      settled: true,
      protocols: ['email', 'sms'],
      covers: ['one', 'two'],
    });
    expect(await store.claim('a', later)).toEqual({
      kind: 'settled',
      covers: ['one', 'two'],
      reported: { itemId: 'item-1', title: 'Kessel bridge opens', textHash: 'abc' },
    });
  });

  it('that is taken over keeps the first attempt’s protocols', async () => {
    const store = claims(memoryTable(), 'me');
    const later = NOW + LEASE_MS + 1;
    await store.claim('all', NOW);
    await store.claim('one', NOW, [], { protocols: ['sms'] });
    expect(await store.claim('all', later, [], { protocols: ['email'] })).toMatchObject({
      protocols: ['email', 'sms'],
    });
    expect(await store.claim('one', later)).toMatchObject({ resumed: true, protocols: ['sms'] });
    expect(await store.find('one')).toEqual({ settled: false, protocols: ['sms'], covers: [] });
    await store.settle('all', 'sent', later, {});
    expect(await store.find('all')).toEqual({ settled: true, protocols: ['email', 'sms'], covers: [] });
    expect(await store.find('none')).toBeUndefined();
  });

  it('that is taken over has a lease of its own, and the first attempt’s time', async () => {
    const store = claims(memoryTable(), 'me');
    await store.claim('a', NOW);
    const later = NOW + LEASE_MS + 1;
    expect(await store.claim('a', later)).toMatchObject({ resumed: true, claimedAt: NOW });
    expect(await store.claim('a', later + LEASE_MS)).toEqual({ kind: 'busy' });
    expect(await store.claim('a', later + LEASE_MS + 1)).toMatchObject({ resumed: true, claimedAt: NOW });
  });

  it('is taken over by one of many concurrent workers', async () => {
    const store = claims(memoryTable(), 'me');
    await store.claim('a', NOW);
    const later = NOW + LEASE_MS + 1;
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, n) => store.claim('a', later + (n % 3))),
    );
    expect(results.filter(({ kind }) => kind === 'ours')).toMatchObject([{ resumed: true, claimedAt: NOW }]);
    expect(results.filter(({ kind }) => kind === 'busy')).toHaveLength(49);
  });

  it('keeps what the first attempt covered', async () => {
    const store = claims(memoryTable(), 'me');
    expect(await store.claim('a', NOW, ['x', 'y'])).toMatchObject({ covers: ['x', 'y'] });
    const again = await store.claim('a', NOW + LEASE_MS + 1, ['x', 'y', 'z']);
    expect(again).toMatchObject({ kind: 'ours', resumed: true, covers: ['x', 'y'] });
    const third = await store.claim('a', NOW + 2 * LEASE_MS + 2, []);
    expect(third).toMatchObject({ covers: ['x', 'y'] });
  });
});

describe('settling', () => {
  it.each(['sent', 'queued', 'skipped'] as const)('as %s is final', async (how) => {
    const store = claims(memoryTable(), 'me');
    await store.claim('a', NOW);
    await store.settle('a', how, NOW + 1, { title: 'A title' });
    expect(await store.claim('a', NOW + 2)).toEqual({ kind: 'settled', covers: [] });
    expect(await store.claim('a', NOW + 1_000 * LEASE_MS)).toEqual({ kind: 'settled', covers: [] });
  });

  it('keeps the alert log for 180 days', async () => {
    const table = memoryTable();
    const store = claims(table, 'me');
    await store.claim('a', NOW, ['x']);
    await store.settle('a', 'sent', NOW + 500, { title: 'A title', covers: ['x'], messageId: 'm' });
    expect([...table.records.values()]).toEqual([
      {
        pk: 'ALERT#a',
        sk: 'ALERT',
        state: 'sent',
        settledAt: '2026-03-01T10:00:00.500Z',
        expiresAt: Date.parse('2026-08-28T10:00:00Z') / 1000,
        title: 'A title',
        covers: ['x'],
        messageId: 'm',
      },
    ]);
    expect(await store.claim('a', NOW, ['y'])).toEqual({ kind: 'settled', covers: ['x'] });
  });

  it('is not undone by fields of the alert log', async () => {
    const store = claims(memoryTable(), 'me');
    await store.settle('a', 'sent', NOW, { state: 'claimed', pk: 'ALERT#other' });
    expect(await store.claim('a', NOW)).toMatchObject({ kind: 'settled' });
    expect(await store.claim('other', NOW)).toMatchObject({ kind: 'ours' });
  });
});

describe('releasing', () => {
  it('makes the next attempt a first one', async () => {
    const store = claims(memoryTable(), 'me');
    await store.claim('a', NOW, ['x']);
    await store.release('a', 'me#1');
    expect(await store.claim('a', NOW + 5, ['y'])).toMatchObject({
      kind: 'ours',
      resumed: false,
      claimedAt: NOW + 5,
      owner: 'me#2',
      covers: ['y'],
    });
  });

  it('never undoes a settled claim', async () => {
    const store = claims(memoryTable(), 'me');
    await store.claim('a', NOW);
    await store.settle('a', 'sent', NOW, {});
    await store.release('a', 'me#1');
    expect(await store.claim('a', NOW)).toMatchObject({ kind: 'settled' });
  });

  it('never takes a claim from the worker that took it over', async () => {
    const table = memoryTable();
    await claims(table, 'me').claim('a', NOW);
    expect(await claims(table, 'other').claim('a', NOW + LEASE_MS + 1)).toMatchObject({ kind: 'ours' });
    await claims(table, 'me').release('a', 'me#1');
    expect(await claims(table, 'third').claim('a', NOW + LEASE_MS + 2)).toEqual({ kind: 'busy' });
  });

  it('an unknown alert does nothing', async () => {
    const table = memoryTable();
    await claims(table, 'me').release('a', 'me#1');
    expect(table.records.size).toBe(0);
  });
});

// Regression: the SDK's own retry of a put that had succeeded looked like another worker, and cost the SMS.
it('recognises its own claim when the answer to it was lost', async () => {
  const table = memoryTable();
  const deaf: Table = {
    ...table,
    async put(record, condition) {
      await table.put(record, condition);
      return table.put(record, condition);
    },
  };
  expect(await claims(deaf, 'me').claim('a', NOW)).toMatchObject({ kind: 'ours', resumed: false });
});
