import { execFileSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileQuery } from '../../config/query/compile-query.ts';
import { TermSets } from '../../config/query/term-sets.ts';
import { compileTopics } from '../../functions/match/engine/compile-topics.ts';
import { pack, unpack } from '../../functions/match/engine/encoded-topics.ts';
import { Engine } from '../../functions/match/engine/engine.ts';
import type { Query } from '../../functions/shared/model.ts';
import { bundleAll, functionEntry } from '../../lib/stage-bundling.ts';
import { percentilesOf } from '../init/percentiles.ts';
import { processorMicroseconds } from './processor-time.ts';
import { asNews } from './query-texts.ts';
import type { BenchItem } from './workload.ts';

const FIRST_ITEMS = 100;
const LOAD_ROUNDS = 21;

/** The work done once before matching. Times are milliseconds of processor time. */
export interface Build {
  readonly queries: readonly Query[];
  readonly parse: number;
  readonly compile: number;
  readonly bytes: Uint8Array;
  readonly load: number;
}

/** Parses texts like those of a configuration, and compiles them. */
export function build(texts: readonly string[]): Build {
  const [sets, started] = [new TermSets(), processorMicroseconds()];
  const queries = texts.map((text) => {
    const { query, faults } = compileQuery({ text }, sets);
    if (!query) throw faults[0] ?? new TypeError('neither query nor fault');
    return query;
  });
  const parsed = processorMicroseconds();
  const bytes = pack(compileTopics(queries));
  const compiled = processorMicroseconds();
  const loads = Array.from({ length: LOAD_ROUNDS }, () => {
    const before = processorMicroseconds();
    new Engine(unpack(bytes), () => undefined);
    return (processorMicroseconds() - before) / 1000;
  });
  return {
    queries,
    parse: (parsed - started) / 1000,
    compile: (compiled - parsed) / 1000,
    bytes,
    load: percentilesOf(loads).median,
  };
}

/** Processor time, ms, that a new process needs for the import, the load, and the first 100 items. */
export type Start = readonly [imported: number, loaded: number, matched: number];

/** Returns a function that starts the bundled engine with compiled topics. */
export function coldStarter(folder: string): (bytes: Uint8Array, items: readonly BenchItem[]) => Start {
  const entry = fileURLToPath(new URL('engine.ts', import.meta.url));
  const { engine, match } = bundleAll({ engine: entry, match: functionEntry('match') }, folder);
  for (const [name, { file }] of Object.entries(match.parts))
    copyFileSync(file, join(dirname(engine.file), `${name.slice(1)}.mjs`));
  const [topicsFile, itemsFile] = [join(folder, 'topics.bin'), join(folder, 'items.json')];
  const script = fileURLToPath(new URL('start-once.mjs', import.meta.url));
  return (bytes, items) => {
    writeFileSync(topicsFile, bytes);
    writeFileSync(itemsFile, JSON.stringify(asNews(items.slice(0, FIRST_ITEMS))));
    const args = [script, engine.file, topicsFile, itemsFile];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Start;
  };
}
