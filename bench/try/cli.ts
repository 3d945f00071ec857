// npm run bench -- try: see docs/benchmarks.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { marshall } from '@aws-sdk/util-dynamodb';
import { draftTopic } from '../../config/draft-topic.ts';
import type { Topic } from '../../functions/shared/model.ts';
import { KEPT_DAYS } from '../../functions/shared/store/items.ts';
import { words } from '../../functions/shared/text/words.ts';
import type { Item } from '../../local/dynamodb/condition.ts';
import { openTables } from '../../local/dynamodb/open-tables.ts';
import { type FoundItem, type Past, pastOf } from '../../local/past/past.ts';
import { readDatabase } from '../../local/past/read-database.ts';
import { tryQuery } from '../../local/past/try-query.ts';
import { TABLE_NAME } from '../../local/provision.ts';
import { inventedItems } from './invented-past.ts';

const { values: options } = parseArgs({
  options: {
    /** Numbers of items, separated by commas. */
    items: { type: 'string', default: '10000,100000' },
  },
});

const TO = Date.parse('2026-11-01T00:00:00Z');
const DAY_MS = 86_400_000;
/** Processor time for a query over this many items, ms. The clock also counts other work on the machine. */
const GOALS: ReadonlyMap<number, number> = new Map([
  [10_000, 200],
  [100_000, 2_000],
]);
/** Share of the items that a word of each query matches. */
const SHARES = [0.001, 0.002, 0.005, 0.01];
const QUERIES_PER_SHARE = 5;
const ITEMS_COUNTED = 5_000;
const RECORDS_PER_LOAD = 5_000;

const say = (line: string) => process.stdout.write(`${line}\n`);
const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0;
const least = (list: readonly number[]) => Math.min(...list);

/** Returns the time of some work, ms: of the clock, and of the processor in this thread. */
async function timed(work: () => Promise<unknown>): Promise<{ readonly wall: number; readonly cpu: number }> {
  const [startedAt, cpuBefore] = [performance.now(), process.threadCpuUsage()];
  await work();
  const cpu = process.threadCpuUsage(cpuBefore);
  return { wall: performance.now() - startedAt, cpu: (cpu.user + cpu.system) / 1000 };
}

function topicOf(query: string): Topic {
  const { topic } = draftTopic(query, { terms: {}, defaults: {} });
  if (!topic) throw new TypeError(`expected a valid query, got ${query}`);
  return topic;
}

/** Returns words that about this share of the items has, most fitting first. */
function wordsOfShare(items: readonly FoundItem[], share: number): string[] {
  const counts = new Map<string, number>();
  for (const { title, summary } of items.slice(0, ITEMS_COUNTED)) {
    for (const word of new Set(words(`${title} ${summary}`))) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const wanted = share * Math.min(items.length, ITEMS_COUNTED);
  const distance = ([, count]: readonly [string, number]) => Math.abs(count - wanted);
  return [...counts]
    .filter(([word]) => /^[a-z]{5,}$/.test(word))
    .sort((a, b) => distance(a) - distance(b))
    .map(([word]) => word);
}

async function store(folder: string, items: readonly FoundItem[]): Promise<void> {
  const tables = await openTables(join(folder, 'tables'));
  tables.answer('CreateTable', { TableName: TABLE_NAME });
  for (let from = 0; from < items.length; from += RECORDS_PER_LOAD) {
    const records = items.slice(from, from + RECORDS_PER_LOAD).map(({ id, feedId, foundAt, ...item }) =>
      marshall({
        pk: `ITEM#${id}`,
        sk: `FEED#${feedId}`,
        ...item,
        contentHash: id,
        seenAt: new Date(foundAt).toISOString(),
        expiresAt: Math.floor((foundAt + KEPT_DAYS * DAY_MS) / 1000),
      }),
    );
    tables.load(TABLE_NAME, records as unknown as Item[]);
  }
  tables.close();
}

say('| items | share that matches | stories | least processor ms | median ms | least ms |');
say('| --- | --- | --- | --- | --- | --- |');
let isMissed = false;
for (const count of options.items.split(',').map(Number)) {
  const items = inventedItems(count, TO);
  const folder = mkdtempSync(join(tmpdir(), 'news-alerts-bench-try-'));
  let past: Past | undefined;
  try {
    await store(folder, items);
    const reading = await timed(async () => {
      const read = await readDatabase(folder, { since: TO - KEPT_DAYS * DAY_MS });
      past = pastOf(read.items, (id) => ({ id, title: id, url: `https://${id}.example/` }), TO);
    });
    say(`| ${count} | reading the items | | ${reading.cpu.toFixed(0)} | ${reading.wall.toFixed(0)} | |`);
  } finally {
    rmSync(folder, { recursive: true });
  }
  if (!past) throw new TypeError('nothing was read');
  const searched = past;
  const [warmUp = '', ...others] = wordsOfShare(items, SHARES[0] ?? 0);
  const first = await timed(() => tryQuery({ topic: topicOf(warmUp), past: searched }));
  say(`| ${count} | the first query | | ${first.cpu.toFixed(0)} | ${first.wall.toFixed(0)} | |`);
  for (const share of SHARES) {
    const queries = (share === SHARES[0] ? others : wordsOfShare(items, share)).slice(0, QUERIES_PER_SHARE);
    const times: Awaited<ReturnType<typeof timed>>[] = [];
    const stories: number[] = [];
    for (const query of queries) {
      times.push(
        await timed(async () => {
          stories.push((await tryQuery({ topic: topicOf(query), past: searched })).storyCount);
        }),
      );
    }
    const walls = times.map(({ wall }) => wall);
    // The least, because other work on the machine takes the caches.
    const processor = least(times.map(({ cpu }) => cpu));
    if (processor > (GOALS.get(count) ?? Number.POSITIVE_INFINITY) && share < 0.01) isMissed = true;
    say(
      `| ${count} | ${(share * 100).toFixed(1)} % | ${median(stories)} | ${processor.toFixed(0)} | ${median(walls).toFixed(0)} | ${least(walls).toFixed(0)} |`,
    );
  }
}
if (isMissed) {
  say('Missed: at most 200 ms of processor time for 10,000 items, 2 s for 100,000, if less than 1 % match.');
  process.exitCode = 1;
}
