// npm run bench -- store: see docs/benchmarks.md.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import type { Table } from '../../functions/shared/store/table.ts';

const { values: options } = parseArgs({
  options: {
    /** The checkout to measure, with installed dependencies. */
    root: { type: 'string', default: join(import.meta.dirname, '../..') },
    /** Rounds of mixed load with 1,000 operations each. */
    rounds: { type: 'string', default: '5' },
  },
});
type Servers = typeof import('../../local/embedded-servers.ts');
const servers = (await import(
  pathToFileURL(join(resolve(options.root), 'local/embedded-servers.ts')).href
)) as Servers;
const dataDir = mkdtempSync(join(tmpdir(), 'news-alerts-bench-store-'));
const TableName = 'news-alerts';
const CONCURRENCY = 8;
const MEGABYTE = 1e6;
const SETTLED_MS = 5_000;

const say = (line: string) => process.stdout.write(`${line}\n`);
const megabytes = (bytes: number) => `${(bytes / MEGABYTE).toFixed(0)} MB`;
const folderSize = () =>
  readdirSync(dataDir, { recursive: true }).reduce(
    (sum, name) => sum + (statSync(join(dataDir, String(name)), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );

async function open() {
  const startedAt = performance.now();
  const running = await servers.startEmbeddedServers(dataDir, Date.now);
  const readyAfter = performance.now() - startedAt;
  const client = new DynamoDBClient({
    endpoint: running.dynamodb,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return { client, table: dynamoTable(client, TableName), readyAfter, stop: running.stop };
}

/** Returns the processor time outside of this thread: that of the store and of Node's own threads. */
function storeTime() {
  const [all, own] = [process.cpuUsage(), process.threadCpuUsage()];
  return all.user + all.system - own.user - own.system;
}

async function run(name: string, times: number, operation: (n: number) => Promise<unknown>): Promise<void> {
  const [startedAt, timeBefore] = [performance.now(), storeTime()];
  let next = 0;
  const worker = async () => {
    while (next < times) await operation(next++);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  const seconds = (performance.now() - startedAt) / 1000;
  const each = (storeTime() - timeBefore) / 1000 / times;
  say(`| ${name} | ${(times / seconds).toFixed(0)} | ${each.toFixed(2)} |`);
}

const live = new Map<string, number>();
let seed = 1;
function text(length: number): string {
  let result = '';
  while (result.length < length) {
    seed = (seed * 48_271) % 2_147_483_647;
    result += seed.toString(36);
  }
  return result.slice(0, length);
}
function record(pk: string, sk: string, length: number, more: Readonly<Record<string, unknown>> = {}) {
  const created = { pk, sk, text: text(length), expiresAt: 1_900_000_000, ...more };
  live.set(`${pk} ${sk}`, JSON.stringify(created).length);
  return created;
}
const liveSize = () => [...live.values()].reduce((sum, size) => sum + size, 0);
const batch = (make: (n: number) => ReturnType<typeof record>) =>
  Array.from({ length: 25 }, (_, n) => make(n));

const claim = (table: Table, n: number) => table.put(record(`ALERT#${n}`, 'ALERT', 900), { absent: true });
const items = (table: Table, n: number) =>
  table.putAll(batch((k) => record(`ITEM#${(n * 25 + k) % 10_000}`, 'FEED#owls', 1_900)));
const entries = (table: Table, n: number) =>
  table.putAll(
    batch((k) =>
      record(`TOPIC#${n % 50}`, `DIGEST#${n}.${k}`, 600, { duePk: 'DUE', dueSk: `2026-${n}-${k}` }),
    ),
  );
const state = (table: Table, n: number) => table.put(record(`FEED#${n % 300}`, 'STATE', 60_000));
const query = (table: Table, n: number) =>
  table.query({ pk: `TOPIC#${n % 50}`, from: 'DIGEST#', to: 'DIGEST#~', limit: 30 });
const due = (table: Table) => table.queryDue({ pk: 'DUE', from: '', to: '~', limit: 30 });

try {
  let { client, table, stop } = await open();
  const keys = (HASH: string, RANGE: string) => [
    { AttributeName: HASH, KeyType: 'HASH' as const },
    { AttributeName: RANGE, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys('pk', 'sk'),
      AttributeDefinitions: ['pk', 'sk', 'duePk', 'dueSk'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      GlobalSecondaryIndexes: [
        { IndexName: 'due', KeySchema: keys('duePk', 'dueSk'), Projection: { ProjectionType: 'ALL' } },
      ],
    }),
  );
  say('| operation | a second | ms of store time each |\n| --- | --- | --- |');
  await run('conditional put, 1 KB', 3_000, (n) => claim(table, n));
  await run('batch of 25 records of 2 KB', 400, (n) => items(table, n));
  await run('batch of 25 entries that are due', 200, (n) => entries(table, n));
  await run('put of 60 KB', 600, (n) => state(table, n));
  await run('get, 1 KB', 3_000, (n) => table.get({ pk: `ALERT#${n}`, sk: 'ALERT' }));
  await run('query of 30 records', 500, (n) => query(table, n));
  await run('query of 30 that are due', 500, () => due(table));
  say('');
  const mix = [state, items, claim, claim, claim, query, due, query, entries, state];
  for (let round = 1; round <= Number(options.rounds); round++) {
    await run(`mixed load, round ${round}`, 1_000, (n) => (mix[n % 10] ?? due)(table, n % 200));
    say(
      `  folder ${megabytes(folderSize())} for ${megabytes(liveSize())} of records, memory of the process ${megabytes(process.memoryUsage().rss)}`,
    );
  }
  client.destroy();
  await stop();

  const before = folderSize();
  const again = await open();
  ({ client, table, stop } = again);
  say(`start on a folder of ${megabytes(before)}: ${again.readyAfter.toFixed(0)} ms`);
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async (_, first) => {
      const names = [...live.keys()];
      for (let n = first; n < names.length; n += CONCURRENCY) {
        const [pk = '', sk = ''] = names[n]?.split(' ') ?? [];
        if (pk.startsWith('FEED#')) continue;
        await table.delete({ pk, sk });
        live.delete(`${pk} ${sk}`);
      }
    }),
  );
  // A store may release space gradually.
  for (let size = 0; size !== folderSize(); await sleep(SETTLED_MS)) size = folderSize();
  say(`most deleted: folder ${megabytes(folderSize())} for ${megabytes(liveSize())} of records`);
  client.destroy();
  await stop();
} finally {
  rmSync(dataDir, { recursive: true });
}
