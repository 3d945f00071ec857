import { describe, expect, it } from 'vitest';
import { quotas } from '../../../../functions/shared/store/quotas.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';

const THREE = { pk: 'TOPIC#a', sk: 'SENT#hour#x', limit: 3, until: Date.parse('2026-03-01T10:00:00Z') };

describe('places', () => {
  it('are limited', async () => {
    const store = quotas(memoryTable());
    for (const taker of ['a', 'b', 'c']) expect(await store.reserve(THREE, taker)).toBe('taken');
    expect(await store.hasRoom(THREE, 'd')).toBe(false);
    expect(await store.reserve(THREE, 'd')).toBe('full');
    expect(await store.reserve({ ...THREE, sk: 'SENT#hour#y' }, 'd')).toBe('taken');
  });

  it('stay with a taker that asks again', async () => {
    const store = quotas(memoryTable());
    for (const taker of ['a', 'a', 'a', 'b', 'a', 'c', 'a']) {
      expect(await store.reserve(THREE, taker)).toBe('taken');
    }
    expect(await store.hasRoom(THREE, 'a')).toBe(true);
    expect(await store.reserve(THREE, 'd')).toBe('full');
  });

  it('are taken together or not at all', async () => {
    const store = quotas(memoryTable());
    expect(await store.reserve(THREE, 'a', 2)).toBe('taken');
    expect(await store.reserve(THREE, 'b', 2)).toBe('full');
    expect(await store.reserve(THREE, 'c', 1)).toBe('taken');
  });

  it('go to a share only up to its limit, and leave the others’ places', async () => {
    const store = quotas(memoryTable());
    const some = [
      { of: 'feed a', limit: 1 },
      { of: 'site x', limit: 2 },
    ];
    const other = [
      { of: 'feed b', limit: 1 },
      { of: 'site x', limit: 2 },
    ];
    expect(await store.reserve(THREE, 'a1', 1, some)).toBe('taken');
    expect(await store.hasRoom(THREE, 'a2', some)).toBe(false);
    expect(await store.reserve(THREE, 'a2', 1, some)).toBe('full');
    expect(await store.reserve(THREE, 'a1', 1, some)).toBe('taken');
    expect(await store.reserve(THREE, 'b1', 1, other)).toBe('taken');
    expect(await store.reserve(THREE, 'c1', 1, [{ of: 'site x', limit: 2 }])).toBe('full');
    expect(await store.reserve(THREE, 'd1')).toBe('taken');
    expect(await store.reserve(THREE, 'd2')).toBe('full');
  });

  it('do not exceed the limit when many race', async () => {
    const store = quotas(memoryTable());
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => store.reserve(THREE, `${n}`)));
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(3);
  });

  it('are taken once by a writer that gets no answer', async () => {
    const table = memoryTable();
    // Like the SDK: it retries a successful put, and finds the condition broken.
    const deaf = {
      ...table,
      put: async (...args: Parameters<typeof table.put>) => {
        await table.put(...args);
        return table.put(...args);
      },
    };
    expect(await quotas(deaf).reserve(THREE, 'a')).toBe('taken');
    expect([...table.records.values()]).toMatchObject([{ places: 1, by: ['a'] }]);
  });

  it('report busy when others are always first', async () => {
    const store = quotas({ ...memoryTable(), put: async () => false });
    expect(await store.reserve(THREE, 'a')).toBe('busy');
  });
});
