// One cold start in a process of its own: loads a bundle and compiled topics, and matches the first items. Not in
// TypeScript, because Node would have to strip the types first.
import { readFileSync } from 'node:fs';

const [bundle, topics, items] = process.argv.slice(2);
const first = JSON.parse(readFileSync(items, 'utf8'));
const times = [];
let before = process.cpuUsage();
const done = () => {
  const { user, system } = process.cpuUsage(before);
  times.push((user + system) / 1000);
  before = process.cpuUsage();
};
const { Engine, findPattern, unpack } = await import(bundle);
done();
const engine = new Engine(unpack(readFileSync(topics)), findPattern);
done();
for (const item of first) engine.match(item);
done();
process.stdout.write(JSON.stringify(times));
