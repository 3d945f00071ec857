import { realpathSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { replaceFile } from '../../config/edit/config-file.ts';
import { describeFileError } from '../../config/file-error.ts';
import { loadConfigFile } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { secretNames } from '../../functions/shared/secrets.ts';
import { count } from '../../functions/shared/text/count.ts';
import { abbreviateList } from '../../local/format-time.ts';
import { UsageError } from '../shared/usage-error.ts';
import { writeOpml } from './opml.ts';
import { plainSecrets } from './plain-secrets.ts';

/** Runs `feeds export`: writes the feeds as OPML to a file or standard output. */
export function feedsExport(file: string | undefined, configFile: string): void {
  const { feeds } = loadConfigFile(configFile, process.env).config;
  const opml = writeOpml(feeds);
  for (const note of exportNotes(feeds)) console.error(note);
  if (file === undefined || file === '-') {
    process.stdout.write(opml);
    return;
  }
  if (!existing(file)?.isFile()) write(file, opml);
  else if (realpathSync(file) !== realpathSync(configFile)) replaceFile(file, opml);
  else throw new UsageError(`expected a file for the export, got ${file}, which is the configuration itself`);
  console.error(`exported ${count(feeds.length, 'feed')} to ${file}`);
}

function exportNotes(feeds: readonly Feed[]): string[] {
  const named = feeds.filter(({ url }) => secretNames(url).length > 0).map(({ id }) => id);
  const plain = feeds.filter(({ url }) => plainSecrets(url).length > 0).map(({ id }) => id);
  return [
    ...(named.length > 0
      ? [
          `note: ${abbreviateList(named)}: the export has the names of secrets, not their values; replace them by the values for another reader`,
        ]
      : []),
    ...(plain.length > 0
      ? [
          `note: ${abbreviateList(plain)}: the export has addresses that seem to contain a secret; keep it to yourself`,
        ]
      : []),
  ];
}

/** Returns undefined when the file does not exist or cannot be looked up; in that case, writing reports the reason. */
function existing(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}

/** Writes to a new file, or to a pipe or device. */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new NewsAlertsError(
      `${file}: expected a writable file in an existing folder, got ${describeFileError(cause)}; name another file`,
      { cause },
    );
  }
}
