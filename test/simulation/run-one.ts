import { simulate } from './simulate.ts';

process.env.AWS_MAX_ATTEMPTS = '3';
const [from, to] = process.argv.slice(2).map(Number);
const t = performance.now();
let bad = 0;
for (let s = from!; s <= (to ?? from!); s++) {
  const o = await simulate(s);
  if (o.broken.length) {
    bad++;
    console.log(s, o.broken.slice(0, 4), o.events, o.calls);
  }
  if (to === undefined) {
    console.log(o.trace.slice(-4000).join('\n').slice(-900000));
    console.log(o.broken, o.counts, o.faults, o.events, o.calls, o.fingerprint);
  }
}
console.log('bad', bad, 'ms per seed', (performance.now() - t) / ((to ?? from!) - from! + 1));
