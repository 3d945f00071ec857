import { safeText } from '../../functions/notify/safe-text.ts';
import { loadConfigFile } from '../../functions/shared/config/load.ts';
import { length } from '../moments.ts';

/** `feeds list`: a line per feed, with tabs between its fields. */
export function feedsList(configFile: string): void {
  const { feeds } = loadConfigFile(configFile, process.env).config;
  for (const { id, every, url, title, tags, enabled } of feeds) {
    const interval = enabled ? length(every) : 'off';
    process.stdout.write(
      `${[id, interval, url, safeText(title), safeText(tags.join(', '))].join('\t').trimEnd()}\n`,
    );
  }
}
