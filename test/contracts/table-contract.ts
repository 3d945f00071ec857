import { describe, expect, it } from 'vitest';
import type { Condition, Table } from '../../functions/shared/store/table.ts';

let partitions = 0;

/** Tests that every table must pass. Each works in a partition of its own. */
export function tableContract(table: () => Table): void {
  const key = (sk = 'a') => ({ pk: `partition-${++partitions}`, sk });

  describe('records', () => {
    it('are read as they were written', async () => {
      const at = key();
      const record = {
        ...at,
        text: 'Zürich 🌊 \u0000\u0007\uffff\ufffe "x" \\',
        empty: '',
        whole: 9_007_199_254_740_991,
        fraction: -0.125,
        yes: true,
        nothing: null,
        list: ['a', 1, ['b', { c: null }], []],
        map: { a: { b: ['c'] }, 'odd key.#:': 1 },
      };
      expect(await table().put(record)).toBe(true);
      expect(await table().get(at)).toEqual(record);
    });

    it('keep byte arrays, including empty ones and those of the largest seen set', async () => {
      const at = key();
      const bytes = Uint8Array.from({ length: 320_000 }, (_, n) => n % 256);
      await table().put({ ...at, bytes, none: new Uint8Array(0) });
      const found = await table().get(at);
      expect(found?.bytes).toBeInstanceOf(Uint8Array);
      expect(Buffer.from(found?.bytes as Uint8Array).equals(bytes)).toBe(true);
      expect(found?.none).toEqual(new Uint8Array(0));
    });

    it('lose undefined fields', async () => {
      const at = key();
      await table().put({ ...at, gone: undefined, inner: { kept: 1 } });
      expect(await table().get(at)).toEqual({ ...at, inner: { kept: 1 } });
    });

    it('are replaced as a whole', async () => {
      const at = key();
      await table().put({ ...at, a: 1, b: 1 });
      await table().put({ ...at, b: 2 });
      expect(await table().get(at)).toEqual({ ...at, b: 2 });
    });

    it('that do not exist are undefined', async () => {
      const at = key();
      expect(await table().get(at)).toBeUndefined();
      await table().put({ ...at, sk: 'b' });
      expect(await table().get(at)).toBeUndefined();
    });

    it('can be deleted repeatedly', async () => {
      const at = key();
      await table().put(at);
      expect(await table().delete(at)).toBe(true);
      expect(await table().get(at)).toBeUndefined();
      expect(await table().delete(at)).toBe(true);
    });
  });

  describe('conditions', () => {
    const before = { state: 'claimed', version: 3, until: 100 };
    const cases: [string, Condition, whenThere: boolean, whenAbsent: boolean][] = [
      ['absent', { absent: true }, false, true],
      ['equals a text', { attribute: 'state', equals: 'claimed' }, true, false],
      ['equals another text', { attribute: 'state', equals: 'sent' }, false, false],
      ['equals a number', { attribute: 'version', equals: 3 }, true, false],
      ['equals the number as a text', { attribute: 'version', equals: '3' }, false, false],
      ['equals what is not there', { attribute: 'other', equals: 3 }, false, false],
      ['below a higher number', { attribute: 'until', below: 101 }, true, false],
      ['below the same number', { attribute: 'until', below: 100 }, false, false],
      ['below a later text', { attribute: 'state', below: 'sent' }, true, false],
      ['below what is not there', { attribute: 'other', below: 101 }, false, false],
      ['any, one holds', { any: [{ absent: true }, { attribute: 'until', below: 101 }] }, true, true],
      ['any, none holds', { any: [{ absent: true }, { attribute: 'until', below: 1 }] }, false, true],
      [
        'all hold',
        {
          all: [
            { attribute: 'state', equals: 'claimed' },
            { attribute: 'until', equals: 100 },
            { attribute: 'until', below: 101 },
          ],
        },
        true,
        false,
      ],
      [
        'all but one hold',
        {
          all: [
            { attribute: 'state', equals: 'claimed' },
            { attribute: 'until', below: 100 },
          ],
        },
        false,
        false,
      ],
      [
        'all within any',
        {
          any: [
            { absent: true },
            {
              all: [
                { attribute: 'version', equals: 3 },
                { attribute: 'state', equals: 'claimed' },
              ],
            },
          ],
        },
        true,
        true,
      ],
    ];

    it.each(cases)('%s: of a put', async (_name, condition, whenThere, whenAbsent) => {
      const [there, absent] = [key(), key()];
      await table().put({ ...there, ...before });
      expect(await table().put({ ...there, next: 1 }, condition)).toBe(whenThere);
      expect(await table().get(there)).toEqual({ ...there, ...(whenThere ? { next: 1 } : before) });
      expect(await table().put({ ...absent, next: 1 }, condition)).toBe(whenAbsent);
      expect(await table().get(absent)).toEqual(whenAbsent ? { ...absent, next: 1 } : undefined);
    });

    it.each(cases)('%s: of a delete', async (_name, condition, whenThere) => {
      const there = key();
      await table().put({ ...there, ...before });
      expect(await table().delete(there, condition)).toBe(whenThere);
      expect(await table().get(there)).toEqual(whenThere ? undefined : { ...there, ...before });
    });

    it('let one of many racing puts win', async () => {
      const at = key();
      const won = await Promise.all(
        Array.from({ length: 100 }, (_, n) => table().put({ ...at, n }, { absent: true })),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await table().get(at)).toEqual({ ...at, n: won.indexOf(true) });
    });

    it('let one of many racing updates of a version win', async () => {
      const at = key();
      await table().put({ ...at, version: 1 });
      const won = await Promise.all(
        Array.from({ length: 30 }, (_, n) =>
          table().put({ ...at, version: 2, n }, { attribute: 'version', equals: 1 }),
        ),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await table().get(at)).toEqual({ ...at, version: 2, n: won.indexOf(true) });
    });
  });

  describe('putAll', () => {
    it('writes more records than a batch holds', async () => {
      const { pk } = key();
      const records = Array.from({ length: 60 }, (_, n) => ({ pk, sk: `item-${100 + n}`, n }));
      await table().putAll(records);
      expect(await table().query({ pk, from: 'item-', to: 'item-~' })).toEqual(records);
    });

    it('keeps the last of several records with one key, wherever they lie', async () => {
      const { pk } = key();
      const of = (sk: string, n: number) => ({ pk, sk, n });
      const others = Array.from({ length: 30 }, (_, n) => of(`b-${100 + n}`, n));
      await table().putAll([of('a', 1), of('a', 2), ...others, of('a', 3)]);
      expect(await table().get({ pk, sk: 'a' })).toEqual(of('a', 3));
      expect(await table().query({ pk, from: 'b', to: 'b~' })).toHaveLength(30);
    });

    it('replaces existing records, and writes nothing for an empty list', async () => {
      const at = key();
      await table().put({ ...at, old: true });
      await table().putAll([{ ...at, gone: undefined, n: 1 }]);
      await table().putAll([]);
      expect(await table().get(at)).toEqual({ ...at, n: 1 });
    });
  });

  describe('query', () => {
    it('returns a range of one partition in key order, including both ends', async () => {
      const { pk } = key();
      const other = key('b');
      await table().putAll([...['d', 'b', 'a', 'c', 'B'].map((sk) => ({ pk, sk })), other]);
      const keys = async (from: string, to: string, limit?: number) =>
        (await table().query({ pk, from, to, ...(limit ? { limit } : {}) })).map(({ sk }) => sk);
      expect(await keys('b', 'c')).toEqual(['b', 'c']);
      expect(await keys('', '~')).toEqual(['B', 'a', 'b', 'c', 'd']);
      expect(await keys('aa', 'bb')).toEqual(['b']);
      expect(await keys('e', 'f')).toEqual([]);
      expect(await keys('', '~', 2)).toEqual(['B', 'a']);
    });

    it('orders by UTF-8, and distinguishes keys with odd characters', async () => {
      const { pk } = key();
      const keys = [
        'a',
        'a\u0000',
        'a\u0000b',
        'a ',
        'a/',
        'a~',
        'é',
        'e\u0301',
        '\ud7ff',
        '\uffff',
        '🌊',
        '🌊b',
      ];
      await table().putAll([...keys].reverse().map((sk) => ({ pk, sk })));
      expect((await table().query({ pk, from: '', to: '\u{10ffff}' })).map(({ sk }) => sk)).toEqual(
        [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      );
      expect((await table().query({ pk, from: 'a\u0000', to: 'a ' })).map(({ sk }) => sk)).toEqual([
        'a\u0000',
        'a\u0000b',
        'a ',
      ]);
    });

    it('returns the last keys first on request', async () => {
      const { pk } = key();
      await table().putAll(['a', 'b', 'c', 'd'].map((sk) => ({ pk, sk })));
      const keys = async (from: string, to: string, limit?: number) =>
        (await table().query({ pk, from, to, reverse: true, ...(limit ? { limit } : {}) })).map(
          ({ sk }) => sk,
        );
      expect(await keys('', '~')).toEqual(['d', 'c', 'b', 'a']);
      expect(await keys('a', 'c', 2)).toEqual(['c', 'b']);
      expect(await keys('e', 'f')).toEqual([]);
    });

    it('returns more than a page of 1 MB backwards', async () => {
      const { pk } = key();
      const text = 'x'.repeat(60_000);
      await table().putAll(Array.from({ length: 40 }, (_, n) => ({ pk, sk: `${100 + n}`, text })));
      const found = await table().query({ pk, from: '', to: '~', reverse: true, limit: 30 });
      expect(found.map(({ sk }) => sk)).toEqual(Array.from({ length: 30 }, (_, n) => `${139 - n}`));
    });

    it('returns what was just written', async () => {
      const { pk } = key();
      for (let n = 1; n <= 5; n++) {
        await table().put({ pk, sk: `${n}` });
        expect(await table().query({ pk, from: '', to: '~' })).toHaveLength(n);
      }
    });

    it('returns more than a page of 1 MB, or up to the limit', async () => {
      const { pk } = key();
      const text = 'x'.repeat(60_000);
      await table().putAll(Array.from({ length: 40 }, (_, n) => ({ pk, sk: `${100 + n}`, text })));
      const all = await table().query({ pk, from: '', to: '~' });
      expect(all.map(({ sk }) => sk)).toEqual(Array.from({ length: 40 }, (_, n) => `${100 + n}`));
      expect(all.every((record) => record.text === text)).toBe(true);
      const some = await table().query({ pk, from: '', to: '~', limit: 30 });
      expect(some.map(({ sk }) => sk)).toEqual(all.slice(0, 30).map(({ sk }) => sk));
    });
  });

  describe('queryDue', () => {
    it('returns due records in order, whatever their partition', async () => {
      const due = key().pk;
      const record = (dueSk: string) => ({ ...key(), duePk: due, dueSk, dueSoon: true });
      const [third, first, second] = [record('03'), record('01'), record('02')];
      await table().putAll([third, first, second, { ...key(), n: 1 }, { ...key(), duePk: due }]);
      await expect.poll(() => table().queryDue({ pk: due, from: '', to: '02' })).toEqual([first, second]);
      expect(await table().queryDue({ pk: due, from: '', to: '~' })).toEqual([first, second, third]);
      expect(await table().queryDue({ pk: due, from: '', to: '~', limit: 2 })).toEqual([first, second]);
    });

    it('returns all records with one sort key', async () => {
      const due = key().pk;
      await table().putAll(Array.from({ length: 5 }, () => ({ ...key(), duePk: due, dueSk: 'same' })));
      expect(await table().queryDue({ pk: due, from: 'same', to: 'same' })).toHaveLength(5);
    });

    it('orders records with one sort key across several pages, and leaves none out', async () => {
      const due = key().pk;
      const text = 'x'.repeat(90_000);
      const records = Array.from({ length: 30 }, (_, n) => ({
        ...key(),
        duePk: due,
        dueSk: 'same',
        n,
        text,
      }));
      await table().putAll(records);
      const found = await table().queryDue({ pk: due, from: 'same', to: 'same' });
      expect(found.map(({ n }) => n).sort((a, b) => Number(a) - Number(b))).toEqual(
        records.map(({ n }) => n),
      );
    });

    it('omits records that were deleted or are no longer due', async () => {
      const due = key().pk;
      const [deleted, settled] = [key(), key()];
      await table().putAll([deleted, settled].map((at) => ({ ...at, duePk: due, dueSk: '1' })));
      await table().delete(deleted);
      await table().put({ ...settled, done: true });
      expect(await table().queryDue({ pk: due, from: '', to: '~' })).toEqual([]);
    });

    it('returns more than a page of 1 MB, up to the limit', async () => {
      const due = key().pk;
      const text = 'x'.repeat(60_000);
      await table().putAll(
        Array.from({ length: 40 }, (_, n) => ({ ...key(), duePk: due, dueSk: `${100 + n}`, text })),
      );
      const found = await table().queryDue({ pk: due, from: '', to: '~', limit: 35 });
      expect(found.map(({ dueSk }) => dueSk)).toEqual(Array.from({ length: 35 }, (_, n) => `${100 + n}`));
    });
  });
}

/** The refusals of DynamoDB, which a table in memory need not have. */
export function refusesAsDynamoDbDoes(table: () => Table): void {
  it('refuses a record of more than 400 KB with a clear error', async () => {
    const record = { pk: 'large', sk: 'a', text: 'x'.repeat(410_000) };
    await expect(table().put(record)).rejects.toThrow('size');
    await expect(table().put(record, { absent: true })).rejects.toThrow('size');
    await expect(table().putAll([record])).rejects.toThrow('size');
  });

  it('refuses a key that is empty or too long', async () => {
    const write = (pk: string, sk: string) => table().put({ pk, sk });
    await expect(write('', 'a')).rejects.toThrow('One or more parameter values');
    await expect(write('a', '')).rejects.toThrow('One or more parameter values');
    await expect(write('é'.repeat(1_025), 'a')).rejects.toThrow(/size limit of|must be under/);
    await expect(write('a', 'x'.repeat(1_025))).rejects.toThrow(/size limit of|must be under/);
    expect(await write('é'.repeat(1_024), 'x'.repeat(1_024))).toBe(true);
  });

  it('refuses a range that ends before it begins', async () => {
    await expect(table().query({ pk: 'a', from: 'b', to: 'a' })).rejects.toThrow('BETWEEN');
  });
}
