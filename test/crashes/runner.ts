// Runs a session with a given clock, for kill-loop.ts to kill.
// Arguments: scenario, data folder, epoch and skipped ms of the clock, addresses of the webhook and the feeds.
import { enableCompileCache } from 'node:module';
import { nameCompileCache } from '../../local/compile-cache.ts';

// As bin/cli.ts does.
enableCompileCache(nameCompileCache());
const { startSession } = await import('../../local/session.ts');
const { crashClock, SPEED } = await import('./crash-clock.ts');
const { configOf, LOAD_SCENARIO, QUIET_SCENARIO } = await import('./scenario.ts');

const [scenario = '', dataDir = '', epoch = '', skipped = '', webhookUrl = '', ...feedUrls] =
  process.argv.slice(2);

/** Short, because runs are short. */
const PAUSES = [100, 400] as const;

// Ends this process when the harness is killed.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit(1);
}, 1_000).unref();

const session = await startSession({
  loaded: configOf(scenario === 'load' ? LOAD_SCENARIO : QUIET_SCENARIO, feedUrls, webhookUrl),
  dataDir,
  port: 0,
  clock: crashClock(Number(epoch), Number(skipped)),
  speed: SPEED,
  loopbackFeeds: true,
  mailTiming: { gather: 200, server: PAUSES, recipient: PAUSES, refused: PAUSES, closing: 2_000 },
  smsTiming: { pauses: PAUSES, closing: 2_000 },
  chatTiming: { pauses: PAUSES, closing: 2_000 },
});
process.on('SIGTERM', async () => {
  await session.stop();
  process.exit(0);
});
