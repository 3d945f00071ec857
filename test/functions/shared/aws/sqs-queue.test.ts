import { createHash } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { sqsQueue } from '../../../../functions/shared/aws/sqs-queue.ts';
import { loopbackServer } from '../../../helpers/loopback-server.ts';

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

/** Returns a queue whose server refuses the entries for which `refuse` returns a fault. Requests are numbered from 1. */
async function queueThatRefuses(
  refuse: (entry: Entry, number: number) => { senderFault: boolean } | undefined,
) {
  const { url, requests } = await loopbackServer((response, number, { body }) => {
    const { Entries } = JSON.parse(body) as { Entries: Entry[] };
    const Failed = Entries.flatMap((entry) => {
      const refused = refuse(entry, number);
      return refused
        ? [{ Id: entry.Id, SenderFault: refused.senderFault, Code: 'No', Message: 'because' }]
        : [];
    });
    const failed = new Set(Failed.map(({ Id }) => Id));
    const Successful = Entries.filter(({ Id }) => !failed.has(Id)).map(({ Id, MessageBody }) => ({
      Id,
      MessageId: Id,
      MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
    }));
    response
      .writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
      .end(JSON.stringify({ Successful, Failed }));
  });
  const client = new SQSClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const sent = () => requests.map(({ body }) => (JSON.parse(body) as { Entries: Entry[] }).Entries);
  return { queue: (name: string) => sqsQueue<number>(client, `${url}/0/${name}`), sent };
}

const bodies = (entries: readonly Entry[]) => entries.map(({ MessageBody }) => MessageBody);
const numbers = (count: number) => Array.from({ length: count }, (_, body) => ({ body, group: 'g' }));

it('sends only the messages of a batch again that were not accepted', async () => {
  const { queue, sent } = await queueThatRefuses(({ MessageBody }, number) =>
    number <= 2 && ['1', '3'].includes(MessageBody) ? { senderFault: false } : undefined,
  );
  await queue('q').send(numbers(12));
  expect(sent().map(bodies)).toEqual([
    ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    ['1', '3'],
    ['1', '3'],
    ['10', '11'],
  ]);
});

it('gives up after four attempts, and sends no further batch', async () => {
  const { queue, sent } = await queueThatRefuses(({ MessageBody }) =>
    MessageBody === '1' ? { senderFault: false } : undefined,
  );
  await expect(queue('q').send(numbers(12))).rejects.toThrow(/to accept .* got No: because/);
  expect(sent().map(bodies).slice(1)).toEqual([['1'], ['1'], ['1']]);
});

it('gives up at once when SQS refuses a message for good', async () => {
  const { queue, sent } = await queueThatRefuses(({ MessageBody }) => ({ senderFault: MessageBody === '1' }));
  await expect(queue('q').send(numbers(3))).rejects.toThrow('got No: because');
  expect(sent()).toHaveLength(1);
});

it('sends deduplication ids to a FIFO queue, and groups to a standard queue', async () => {
  const { queue, sent } = await queueThatRefuses(() => undefined);
  const message = { body: 1, group: 'storms', deduplication: 'd' };
  await queue('q.fifo').send([message]);
  await queue('q').send([message]);
  const entry = { Id: '0', MessageBody: '1', MessageGroupId: 'storms' };
  await queue('q').send([{ body: 1 }]);
  const { MessageGroupId: _, ...ungrouped } = entry;
  expect(sent()).toEqual([[{ ...entry, MessageDeduplicationId: 'd' }], [entry], [ungrouped]]);
});
