import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { STAGES, type StageName } from '../../functions/shared/pipeline.ts';
import { standardDay } from '../cost/day.ts';
import { feedScript, inventedTopic } from '../cost/feeds.ts';

const FILE = new URL('measured.json', import.meta.url);
const FEEDS = 1_000;
const TOPICS = 50;
const IN_MEMORY = 100_000;

/** Measured cost of one feed and of one topic, on the standard day of docs/cost.md with all feeds due in the same minute. */
export interface Measured {
  readonly feedDay: {
    /** Write request units of the table. The next ones are those of the due index, and of the words of the stream. */
    readonly writes: number;
    readonly indexWrites: number;
    readonly streamWrites: number;
    readonly published: number;
    readonly emails: number;
    /** Milliseconds of all invocations of a stage, and their number. */
    readonly waited: Readonly<Record<StageName, number>>;
    readonly processor: Readonly<Record<StageName, number>>;
    readonly invocations: Readonly<Record<StageName, number>>;
  };
  readonly feed: Sizes;
  readonly topic: Sizes;
}

interface Sizes {
  /** Bytes of JSON in the layer. */
  readonly json: number;
  /** Bytes in a function's memory. */
  readonly heap: number;
}

export function readMeasured(): Measured {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Measured;
}

/** Measures the costs and writes them to measured.json. Takes some minutes. Processor times differ from run to run. */
export async function measure(): Promise<void> {
  const day = await standardDay({
    feeds: FEEDS,
    kind: 'allKinds',
    topics: TOPICS,
    sample: { topicsWithNews: TOPICS },
  });
  const perFeed = (value: number) => Number((value / FEEDS).toPrecision(3));
  const sum = (prefix: RegExp) =>
    perFeed(
      Object.entries(day.counts).reduce((total, [name, units]) => total + (prefix.test(name) ? units : 0), 0),
    );
  const stages = (of: (stage: StageName) => number) =>
    Object.fromEntries(STAGES.map((stage) => [stage, perFeed(of(stage))])) as Record<StageName, number>;
  const found: Measured = {
    feedDay: {
      writes: sum(/^dynamodb\.write\.(?!index|last tick)/),
      indexWrites: sum(/^dynamodb\.write\.index/),
      streamWrites: sum(/^dynamodb\.write\.words of the stream/),
      published: sum(/^sns\.publish/),
      emails: sum(/^sns\.email/),
      waited: stages((stage) => day.times[stage].waited),
      processor: stages((stage) => day.processor[stage]),
      invocations: stages((stage) => day.counts[`lambda.${stage}.invocations`] ?? 0),
    },
    feed: sizesOf((n) => feedScript(n, 'allKinds').feed),
    topic: sizesOf((n) => {
      // Queries are only in the compiled topics.
      const { query: _query, ...topic } = inventedTopic(n, n % 2 === 0);
      return topic;
    }),
  };
  writeFileSync(FILE, `${JSON.stringify(found, undefined, 2)}\n`);
}

function sizesOf(create: (n: number) => object): Sizes {
  const text = JSON.stringify(Array.from({ length: IN_MEMORY }, (_, n) => create(n)));
  const collect = collector();
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = JSON.parse(text) as unknown[];
  collect();
  const heap = process.memoryUsage().heapUsed - before;
  return { json: Math.round(text.length / kept.length), heap: Math.round(heap / kept.length) };
}

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
