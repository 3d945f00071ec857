// A session on a fast clock, to be killed by crash.test.ts. Arguments: data folder, feed URL, epoch of the clock (ms).
import { parseConfig } from '../../functions/shared/config/load.ts';
import { startSession } from '../../local/session.ts';

const SPEED = 60;
const [dataDir = '', url = '', epoch = '0'] = process.argv.slice(2);
const started = Number(epoch);

const loaded = parseConfig(
  `
feeds: [{ id: herald, url: "${url}", every: 1m }]
topics: [{ id: owls, name: Owls, match: owl }]
recipients: [{ email: you@example.com }]
`,
  'crash.yaml',
  {},
);
await startSession({
  loaded,
  dataDir,
  port: 0,
  clock: () => started + (Date.now() - started) * SPEED,
  speed: SPEED,
});
