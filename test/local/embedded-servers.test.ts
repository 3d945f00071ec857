import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type EmbeddedServers, startEmbeddedServers } from '../../local/embedded-servers.ts';
import { isLong } from '../helpers/size.ts';

let folder: string;
let servers: EmbeddedServers;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-servers-'));
});
afterEach(async () => {
  await servers.stop();
  rmSync(folder, { recursive: true });
});

function client() {
  return new SQSClient({
    endpoint: servers.sqs,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

it('redelivers messages in progress at once after a restart', async () => {
  servers = await startEmbeddedServers(folder);
  for (const [name, attributes] of [
    ['plain', {}],
    ['turns.fifo', { FifoQueue: 'true' }],
  ] as const) {
    await client().send(
      new CreateQueueCommand({ QueueName: name, Attributes: { ...attributes, VisibilityTimeout: '600' } }),
    );
    const fifo = 'FifoQueue' in attributes ? { MessageGroupId: 'g', MessageDeduplicationId: 'd' } : {};
    const QueueUrl = `${servers.sqs}/000000000000/${name}`;
    await client().send(new SendMessageCommand({ QueueUrl, MessageBody: name, ...fifo }));
    expect((await client().send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toHaveLength(1);
    expect((await client().send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? []).toHaveLength(0);
  }
  await servers.stop();
  servers = await startEmbeddedServers(folder);
  for (const name of ['plain', 'turns.fifo']) {
    const { Messages = [] } = await client().send(
      new ReceiveMessageCommand({
        QueueUrl: `${servers.sqs}/000000000000/${name}`,
        MessageSystemAttributeNames: ['All'],
      }),
    );
    expect(Messages.map(({ Body }) => Body)).toEqual([name]);
  }
});

// Regression: a hit whose processing was killed five times went to the dead-letter queue, and its alert was lost.
it.runIf(isLong)(
  'does not count receives by a process that has ended, unless the first was an hour ago',
  async () => {
    const receive = async () => {
      const { Messages = [] } = await client().send(
        new ReceiveMessageCommand({
          QueueUrl: `${servers.sqs}/000000000000/hits`,
          MessageSystemAttributeNames: ['All'],
        }),
      );
      return Messages.map(({ Attributes }) => Attributes?.ApproximateReceiveCount);
    };
    servers = await startEmbeddedServers(folder);
    await client().send(new CreateQueueCommand({ QueueName: 'hits' }));
    await client().send(
      new SendMessageCommand({ QueueUrl: `${servers.sqs}/000000000000/hits`, MessageBody: '{}' }),
    );
    for (let life = 0; life < 3; life++) {
      expect(await receive()).toEqual(['1']);
      await servers.stop();
      servers = await startEmbeddedServers(folder);
    }

    await receive();
    await servers.stop();
    const database = new DatabaseSync(join(folder, 'queues', 'fauxqs.db'));
    database
      .prepare('UPDATE sqs_messages SET approximate_first_receive_timestamp = ?')
      .run(Date.now() - 3_600_001);
    database.close();
    servers = await startEmbeddedServers(folder);
    expect(await receive()).toEqual(['2']);
  },
);

it('keeps dead letters over restarts, but only the last thousand polls, and frees the space of a backlog', async () => {
  servers = await startEmbeddedServers(folder);
  for (const QueueName of ['feeds-dead', 'items-dead'])
    await client().send(new CreateQueueCommand({ QueueName }));
  await servers.stop();
  const file = join(folder, 'queues', 'fauxqs.db');
  const database = new DatabaseSync(file);
  const insert = database.prepare(
    `INSERT INTO sqs_messages (message_id, queue_name, body, md5_of_body, message_attributes, md5_of_message_attributes, sent_timestamp)
    VALUES (?, ?, ?, '', '{}', '', ?)`,
  );
  database.exec('BEGIN');
  for (let n = 0; n < 3_000; n++) {
    insert.run(`f${n}`, 'feeds-dead', `${n} ${'x'.repeat(2_000)}`, n);
    insert.run(`i${n}`, 'items-dead', `${n}`, n);
  }
  database.exec('COMMIT');
  database.close();
  const { size } = statSync(file);

  servers = await startEmbeddedServers(folder);
  await servers.stop();
  const after = new DatabaseSync(file);
  const kept = (queue: string) =>
    after
      .prepare('SELECT count(*) AS n, min(sent_timestamp) AS oldest FROM sqs_messages WHERE queue_name = ?')
      .get(queue);
  expect(kept('feeds-dead')).toEqual({ n: 1_000, oldest: 2_000 });
  expect(kept('items-dead')).toEqual({ n: 3_000, oldest: 0 });
  after.close();
  expect(statSync(file).size).toBeLessThan(size / 2);
  servers = await startEmbeddedServers(folder);
});

it('listens only on loopback', async () => {
  servers = await startEmbeddedServers();
  // 127.0.0.2 is this machine too, but not the address that the servers should bind to.
  for (const url of [servers.dynamodb, servers.sqs]) {
    const outcome = await new Promise<string>((resolve) => {
      const socket = connect({ host: '127.0.0.2', port: Number(new URL(url).port) }, () => {
        socket.destroy();
        resolve('connected');
      });
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    });
    expect(outcome).toBe('ECONNREFUSED');
  }
});

// Regression: a web page could write to the queues and read the tables through its reader's browser.
it.each([{ origin: 'https://news.example' }, { host: 'news.example' }])(
  'refuses requests of web pages: %o',
  async (headers) => {
    servers = await startEmbeddedServers();
    for (const url of [servers.dynamodb, servers.sqs]) {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        request(url, { method: 'POST', headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end('Action=ListQueues');
      });
      expect(status).toBe(403);
    }
  },
);

it('answers hostile requests with errors and keeps running', async () => {
  servers = await startEmbeddedServers();
  const post = (body: string, target = 'DynamoDB_20120810.GetItem', headers = {}) =>
    fetch(servers.dynamodb, { method: 'POST', body, headers: { 'x-amz-target': target, ...headers } });
  const names: string[] = [];
  for (const [body, target] of [
    ['', undefined],
    ['[1', undefined],
    ['null', undefined],
    ['"x"', undefined],
    ['{}', undefined],
    ['{"TableName":"__proto__","Key":{}}', undefined],
    ['{"TableName":"x\\" (a); DROP TABLE x; --"}', 'DynamoDB_20120810.CreateTable'],
    ['{"TableName":"sqlite_master","Key":{"pk":{"S":"a"},"sk":{"S":"b"}}}', undefined],
    ['{"TableName":"sweep state"}', 'DynamoDB_20120810.Scan'],
    ['{"RequestItems":{}}', 'DynamoDB_20120810.BatchWriteItem'],
    ['{}', 'DynamoDB_20120810.constructor'],
    ['{}', 'DynamoDB_20120810.Query'],
    ['{}', 'other'],
  ] as const) {
    const answer = await post(body, target);
    expect(answer.ok).toBe(false);
    names.push(String(((await answer.json()) as { __type: string }).__type.split('#')[1]));
  }
  expect(names).toEqual([
    ...Array(4).fill('SerializationException'),
    'ResourceNotFoundException',
    'ResourceNotFoundException',
    'ValidationException',
    'ResourceNotFoundException',
    'ResourceNotFoundException',
    'ValidationException',
    'UnknownOperationException',
    'ValidationException',
    'UnknownOperationException',
  ]);
  expect((await post('x'.repeat(17 * 1024 * 1024)).catch(() => undefined))?.status ?? 413).toBe(413);
  expect((await post('{}', 'DynamoDB_20120810.ListTables')).status).toBe(200);
});
