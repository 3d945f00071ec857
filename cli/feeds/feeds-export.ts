import { realpathSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { describeFileError } from '../../config/file-error.ts';
import { loadConfigFile } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { secretNames } from '../../functions/shared/secrets.ts';
import { count } from '../../functions/shared/text/count.ts';
import { abbreviateList } from '../../local/format-time.ts';
import { UsageError } from '../shared/usage-error.ts';
import { replaceFile } from './config-file.ts';
import { writeOpml } from './opml.ts';
import { plainSecrets } from './plain-secrets.ts';

/** `feeds export`: the feeds as OPML, to a file or standard output. */
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
  else throw new UsageError(`expected a file to export to, got ${file}, which is the configuration itself`);
  console.error(`${count(feeds.length, 'feed')} exported to ${file}`);
}

function exportNotes(feeds: readonly Feed[]): string[] {
  const named = feeds.filter(({ url }) => secretNames(url).length > 0).map(({ id }) => id);
  const plain = feeds.filter(({ url }) => plainSecrets(url).length > 0).map(({ id }) => id);
  return [
    ...(named.length > 0
      ? [
          `note: ${abbreviateList(named)}: the names of secrets are exported, not their values; another reader needs the values in their place`,
        ]
      : []),
    ...(plain.length > 0
      ? [
          `note: ${abbreviateList(plain)}: what looks like a secret is exported with the address; keep the export to yourself`,
        ]
      : []),
  ];
}

/** Returns undefined also where that cannot be told: writing then says why. */
function existing(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}

/** Writes a new file, or to what is none, such as a pipe. */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new NewsAlertsError(
      `${file}: expected a file that can be written, in a folder that exists, got ${describeFileError(cause)}; name another file`,
      { cause },
    );
  }
}
