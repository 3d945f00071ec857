import { isDeepStrictEqual } from 'node:util';
import { readOpml } from '../../cli/feeds/opml.ts';
import { ConfigError } from '../../config/faults.ts';
import { parseConfig } from '../../config/load.ts';
import { KnownEntries } from '../../functions/poll/parser/known-entries.ts';
import { parseFeed } from '../../functions/poll/parser/parse.ts';
import { tryText } from '../config/query/fuzz.ts';
import { nearlyQuery, tokenSoup, unicodeSoup } from '../config/query/random-query.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { answerTarget } from './answer-target.ts';
import { hostileText, mutate, pieceOf } from './mutate.ts';
import { pipelineTarget } from './pipeline-target.ts';
import type { Seeds } from './seeds.ts';
import { type FuzzTarget, NOW, randomOf } from './target.ts';

const TYPES = [
  '',
  'application/rss+xml',
  'application/atom+xml; charset=utf-8',
  'text/xml; charset=iso-8859-1',
  'application/json',
  'text/html',
  'text/plain; charset=utf-16',
  'image/png',
  'x; charset="',
  ';;;',
];

const known = new KnownEntries();

const parse: FuzzTarget = {
  share: 30,
  make: (random, seeds) => mutate(random, random.pick(seeds.documents), seeds.documents, seeds),
  async check(input) {
    const random = randomOf(input);
    const context = {
      url: random.pick([
        'https://courier.example/feed',
        'https://courier.example/feed',
        'https://herald.example/',
      ]),
      contentType: random.pick(TYPES),
      now: NOW + random.pick([-400, 0, 0, 400]) * 86_400_000,
    };
    const first = await parseFeed(input, context);
    // Earlier inputs are variants of the same few documents, so they have many of the entries.
    for (let reads = 0; reads < 2; reads++) {
      if (!isDeepStrictEqual(first, await parseFeed(input, { ...context, known })))
        return 'two reads of the same document differ';
    }
    if (!first.ok) return first.failure.detail === '' ? 'a failure without a detail' : undefined;
    for (const { title, summary, content } of first.feed.entries)
      for (const text of [title, summary, content])
        if (!text.isWellFormed()) return 'half a surrogate pair in a text';
    return undefined;
  },
};

const query: FuzzTarget = {
  share: 20,
  make: (random, seeds) =>
    Buffer.from(
      random.chance(0.8)
        ? random.pick([tokenSoup, unicodeSoup, nearlyQuery])(random, 0)
        : hostileText(random, seeds),
    ),
  check: async (input) => tryText(input.toString('utf8'))[1],
};

const configuration: FuzzTarget = {
  share: 12,
  make: (random, seeds) => mutate(random, random.pick(seeds.configurations), seeds.configurations, seeds),
  async check(input) {
    const text = input.toString('utf8');
    const read = () => {
      try {
        return parseConfig(text, 'news-alerts.yaml', { ALERTS_EMAIL: 'you@example.com' });
      } catch (error) {
        if (error instanceof ConfigError) return error.faults;
        throw error;
      }
    };
    const found = read();
    if (Array.isArray(found) && found.length === 0) return 'rejected without a fault';
    return isDeepStrictEqual(found, read()) ? undefined : 'two reads of the same file differ';
  },
};

const outlines: FuzzTarget = {
  share: 10,
  make: (random, seeds) =>
    random.chance(0.9)
      ? mutate(random, random.pick(seeds.outlines), seeds.outlines, seeds)
      : Buffer.from(
          `<opml><body><outline text="${pieceOf(random, seeds)}" xmlUrl="${pieceOf(random, seeds)}"/></body></opml>`,
        ),
  async check(input) {
    const text = input.toString('utf8');
    return isDeepStrictEqual(readOpml(text), readOpml(text))
      ? undefined
      : 'two reads of the same file differ';
  },
};

/** Fails on purpose, so tests can check that faults are found. */
const planted: FuzzTarget = {
  share: 0,
  make: () => Buffer.alloc(0),
  async check(input) {
    const text = input.toString('utf8');
    if (text.includes('wrong')) return 'it is wrong';
    if (text.includes('throw')) throw new Error('thrown');
    if (text.includes('later')) setImmediate(() => void Promise.reject(new Error('rejected')));
    if (text.includes('leave')) process.exit(7);
    while (text.includes('endless'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    return undefined;
  },
};

export const TARGETS: Readonly<Record<string, FuzzTarget>> = {
  parse,
  pipeline: pipelineTarget,
  query,
  configuration,
  outlines,
  answer: answerTarget,
  planted,
};

/** Returns the target of a seed and the input for it. */
export function inputOf(seed: number, seeds: Seeds): { readonly target: string; readonly input: Buffer } {
  const random = seededRandom(seed);
  let left = random.fraction() * Object.values(TARGETS).reduce((sum, { share }) => sum + share, 0);
  for (const [target, { share, make }] of Object.entries(TARGETS)) {
    left -= share;
    if (left < 0) return { target, input: make(random, seeds) };
  }
  throw new RangeError('expected shares that add up');
}
