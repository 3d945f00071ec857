import { describe, expect, it } from 'vitest';
import type { Queue, QueueMessage } from '../../functions/shared/ports.ts';

export interface Received {
  readonly body: unknown;
  readonly group: string | undefined;
}

export interface QueueUnderTest {
  readonly queue: Queue<unknown>;
  /** Takes all available messages, in the order of delivery. */
  receiveAll(): Promise<Received[]>;
}

/** Tests that every queue must pass; `fifo` queues must pass more. */
export function queueContract(standard: () => QueueUnderTest, fifo: () => QueueUnderTest): void {
  const inOrder = (received: readonly Received[]) =>
    received.map(({ body }) => body).toSorted((a, b) => Number(a) - Number(b));

  describe('a standard queue', () => {
    it('accepts any number of messages', async () => {
      const { queue, receiveAll } = standard();
      await queue.send(Array.from({ length: 27 }, (_, n) => ({ body: n, group: `group-${n % 3}` })));
      expect(inOrder(await receiveAll())).toEqual(Array.from({ length: 27 }, (_, n) => n));
    });

    it('accepts an empty list', async () => {
      const { queue, receiveAll } = standard();
      await queue.send([]);
      expect(await receiveAll()).toEqual([]);
    });

    it('accepts more than 1 MiB together, in messages of any size up to it', async () => {
      const { queue, receiveAll } = standard();
      const bodies = [10, 900_000, 300_000, 999_000, 10, 500_000, 499_000, 10].map((size, n) => ({
        n,
        text: 'x'.repeat(size),
      }));
      await queue.send(bodies.map((body) => ({ body, group: 'g' })));
      const received = (await receiveAll()).map(({ body }) => body as { n: number; text: string });
      expect(received.toSorted((a, b) => a.n - b.n)).toEqual(bodies);
    });

    it('counts bytes as sent, not characters', async () => {
      const { queue, receiveAll } = standard();
      const bodies = [
        'ü'.repeat(300_000),
        '🌊'.repeat(60_000),
        '\u0001'.repeat(120_000),
        '東'.repeat(250_000),
      ];
      await queue.send(bodies.map((body) => ({ body, group: 'g' })));
      const received = (await receiveAll()).map(({ body }) => body as string);
      expect(received.toSorted()).toEqual(bodies.toSorted());
    });

    it('refuses a message of more than 1 MiB', async () => {
      const { queue, receiveAll } = standard();
      await expect(queue.send([{ body: 'x'.repeat(1_100_000), group: 'g' }])).rejects.toThrow();
      expect(await receiveAll()).toEqual([]);
    });

    it.each([
      ['controls', Array.from({ length: 32 }, (_, n) => String.fromCharCode(n)).join('')],
      ['delete and C1 controls', '\u007f\u0080\u009f'],
      ['characters that XML has not', '\ufffe\uffff'],
      ['line separators', '\u2028\u2029'],
      ['beyond the basic plane', '🌊👩‍👩‍👧𝔘𐍈'],
      ['lone surrogates', 'a\ud83d b\udf0ac \udc00\ud800'],
      ['the last of each range', '\ud7ff\ue000\ufffd\u{10ffff}'],
      ['quotes and backslashes', '"\\"\\\\u0041 </script> &amp;'],
    ])('brings %s as they were sent', async (_name, text) => {
      const { queue, receiveAll } = standard();
      await queue.send([{ body: { [text]: [text] }, group: 'g' }]);
      expect((await receiveAll()).map(({ body }) => body)).toEqual([{ [text]: [text] }]);
    });
  });

  describe('a FIFO queue', () => {
    const message = (
      body: number,
      group: string,
      deduplication = `${group}-${body}`,
    ): QueueMessage<unknown> => ({
      body,
      group,
      deduplication,
    });

    it('keeps the order within a group, across several batches', async () => {
      const { queue, receiveAll } = fifo();
      await queue.send(Array.from({ length: 25 }, (_, n) => message(n, n % 2 === 0 ? 'even' : 'odd')));
      const received = await receiveAll();
      expect(received).toHaveLength(25);
      for (const group of ['even', 'odd']) {
        const bodies = received.filter((one) => one.group === group).map(({ body }) => body);
        expect(bodies).toEqual(bodies.toSorted((a, b) => Number(a) - Number(b)));
        expect(bodies).toHaveLength(group === 'even' ? 13 : 12);
      }
    });

    it('drops duplicates, in one batch and in another', async () => {
      const { queue, receiveAll } = fifo();
      await queue.send([message(1, 'a', 'one'), message(2, 'a', 'one'), message(3, 'a', 'two')]);
      await queue.send([message(4, 'a', 'one')]);
      expect((await receiveAll()).map(({ body }) => body)).toEqual([1, 3]);
    });
  });
}
