// npm run bench -- hostile: see docs/benchmarks.md.
import { hostileTexts } from '../../test/helpers/hostile-texts.ts';
import { hostileCost, matcherAbout } from './hostile.ts';

const WORDS =
  'flood storm quake bridge ferry strike council river valley border minister senate harbour station railway summit treaty sanction election budget'.split(
    ' ',
  );
const UNITS = 20_000;
const ROUNDS = 3;
/** Maximum time per item, in milliseconds. */
const MAX_MS = 50;

const matcher = matcherAbout(WORDS);
const texts = [...hostileTexts(WORDS)];
// Warms up, because the measurement is about compiled code.
for (const [, text] of texts) hostileCost(matcher, text, { units: 2_000, seed: 1, rounds: 1 });

const costs = texts.map(([name, text], n) => ({
  name,
  ms: hostileCost(matcher, text, { units: UNITS, seed: 1_000 * (n + 1), rounds: ROUNDS }),
}));
costs.sort((a, b) => b.ms - a.ms);
for (const { name, ms } of costs.slice(0, 15))
  process.stdout.write(`${ms.toFixed(0).padStart(5)} ms  ${name}\n`);
const above = costs.filter(({ ms }) => ms > MAX_MS).length;
process.stdout.write(`\n${above} of ${costs.length} kinds of text take more than ${MAX_MS} ms per item\n`);
if (above > 0) process.exitCode = 1;
