import { loadConfigFile } from '../../functions/shared/config/load.ts';
import { count } from '../../functions/shared/text/count.ts';
import { replay as run } from '../replay/replay.ts';
import { readSnapshots } from '../replay/snapshots.ts';
import { interruptSignal } from './interrupt.ts';
import { tellBroken } from './tell-broken.ts';

const PROGRESS_EVERY_MS = 2_000;

/** `replay`: recorded snapshots through the real pipeline; a JSON line per alert, and one with the summary at the end. */
export async function replay(dir: string, configFile: string): Promise<void> {
  const loaded = loadConfigFile(configFile, process.env);
  tellBroken(loaded);
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
      if (Date.now() - told < PROGRESS_EVERY_MS) return;
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
