import { loadConfigFile } from '../../config/load.ts';
import { count } from '../../functions/shared/text/count.ts';
import { interruptSignal } from '../shared/interrupt.ts';
import { printBrokenTopics } from '../shared/print-broken-topics.ts';
import { throttleProgress } from '../shared/throttle-progress.ts';
import { replaySnapshots } from './replay-snapshots.ts';
import { readSnapshots } from './snapshots.ts';

/** Runs `replay`: puts recorded snapshots through the real pipeline, and prints a JSON line for each alert, then one with the summary. */
export async function replay(dir: string, configFile: string): Promise<void> {
  const loaded = loadConfigFile(configFile, process.env);
  printBrokenTopics(loaded);
  const { config } = loaded;
  const folder = readSnapshots(dir);
  for (const file of folder.ignored)
    console.error(`${file}: ignored, expected a name such as 2020-04-21T004301Z.xml`);
  const signal = interruptSignal();
  const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
  const report = throttleProgress(console.error);
  const summary = await replaySnapshots({
    folder,
    config,
    signal,
    onAlert: print,
    onFailure: ({ feed, at, kind, detail }) => console.error(`${at}  ${feed}  failed (${kind}): ${detail}`),
    onProgress: (done, of) => report(`replayed ${done} of ${count(of, 'snapshot')}`),
  });
  print({ summary });
  if (signal.aborted) {
    console.error('Stopped before the end; the summary covers the snapshots that were replayed.');
    process.exitCode = 130;
  }
}
