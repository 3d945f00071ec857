import { safeText } from '../../functions/notify/safe-text.ts';
import { loadConfigFile } from '../../functions/shared/config/load.ts';
import { shownAddress } from '../../functions/shared/shown-address.ts';
import { exactLength } from '../moments.ts';

/** `feeds list`: a line per feed, with tabs between its fields. */
export function feedsList(configFile: string): void {
  const { feeds } = loadConfigFile(configFile, process.env).config;
  for (const { id, every, everyAtMost, url, title, tags, enabled } of feeds) {
    const range =
      everyAtMost > every ? `${exactLength(every)} to ${exactLength(everyAtMost)}` : exactLength(every);
    const interval = enabled ? range : 'off';
    process.stdout.write(
      `${[id, interval, shownAddress(url), safeText(title), safeText(tags.join(', '))].join('\t').trimEnd()}\n`,
    );
  }
}
