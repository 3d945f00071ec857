// Measures one style of query in a process of its own, because other queries affect how V8 optimizes the engine.

import { parseQuery } from '../../config/query/compile-query.ts';
import { compileTopics } from '../../functions/match/engine/compile-topics.ts';
import { pack, unpack } from '../../functions/match/engine/encoded-topics.ts';
import { Engine } from '../../functions/match/engine/engine.ts';
import { findPattern } from '../../functions/match/find-pattern.ts';
import { processorMicroseconds, timed } from './processor-time.ts';
import { asNews, queryTexts, type Style } from './query-texts.ts';
import { Workload } from './workload.ts';

const [style, seed, topics, count, warmUp] = process.argv.slice(2);
const PASSES = 9;

const workload = new Workload(Number(seed));
const queries = queryTexts(workload.topics(Number(topics)), style as Style).map(
  (text) => parseQuery(text).query,
);
const engine = new Engine(unpack(pack(compileTopics(queries))), findPattern);
const result = [60, 400].map((words) => {
  const items = asNews(workload.items(Number(count), words));
  let hits = 0;
  const pass = () => {
    hits = 0;
    return timed(items, (item) => {
      hits += engine.match(item).length;
    });
  };
  const end = processorMicroseconds() + Number(warmUp);
  do pass();
  while (processorMicroseconds() < end);
  const times = Array.from({ length: PASSES }, pass).sort((a, b) => a - b);
  return { words, microseconds: times[PASSES >> 1] as number, hits: hits / items.length };
});
process.stdout.write(JSON.stringify(result));
