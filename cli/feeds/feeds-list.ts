import { loadConfigFile } from '../../config/load.ts';
import { redactAddress } from '../../functions/shared/redact-address.ts';
import { safeText } from '../../functions/shared/text/safe-text.ts';
import { formatExactDuration } from '../../local/format-time.ts';

/** Runs `feeds list`: prints a line for each feed, its fields separated by tabs. */
export function feedsList(configFile: string): void {
  const { feeds } = loadConfigFile(configFile, process.env).config;
  for (const { id, every, everyAtMost, url, title, tags, enabled } of feeds) {
    const range =
      everyAtMost > every
        ? `${formatExactDuration(every)} to ${formatExactDuration(everyAtMost)}`
        : formatExactDuration(every);
    const interval = enabled ? range : 'off';
    process.stdout.write(
      `${[id, interval, redactAddress(url), safeText(title), safeText(tags.join(', '))].join('\t').trimEnd()}\n`,
    );
  }
}
