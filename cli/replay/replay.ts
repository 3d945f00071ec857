import { loadConfigFile } from '../../config/load.ts';
import { count } from '../../functions/shared/text/count.ts';
import { interruptSignal } from '../shared/interrupt.ts';
import { printBrokenTopics } from '../shared/print-broken-topics.ts';
import { replaySnapshots as run } from './replay-snapshots.ts';
import { readSnapshots } from './snapshots.ts';

const PROGRESS_INTERVAL_MS = 2_000;

/** `replay`: recorded snapshots through the real pipeline; a JSON line per alert, and one with the summary at the end. */
export async function replay(dir: string, configFile: string): Promise<void> {
  const loaded = loadConfigFile(configFile, process.env);
  printBrokenTopics(loaded);
  const { config } = loaded;
  const folder = readSnapshots(dir);
  for (const file of folder.ignored)
    console.error(`${file}: ignored, expected a name such as 2020-04-21T004301Z.xml`);
  const signal = interruptSignal();
  const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
  let told = Date.now();
  const summary = await run({
    folder,
    config,
    signal,
    onAlert: print,
    onFailure: ({ feed, at, kind, detail }) => console.error(`${at}  ${feed}  failed (${kind}): ${detail}`),
    onProgress: (done, of) => {
      if (Date.now() - told < PROGRESS_INTERVAL_MS) return;
      told = Date.now();
      console.error(`replayed ${done} of ${count(of, 'snapshot')}`);
    },
  });
  print({ summary });
  if (signal.aborted) {
    console.error('Stopped before the end; the summary covers what was replayed.');
    process.exitCode = 130;
  }
}
