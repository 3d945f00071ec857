import { loadConfigFile } from '../../config/load.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { redactAddress } from '../../functions/shared/redact-address.ts';
import { safeText } from '../../functions/shared/text/safe-text.ts';
import { formatExactDuration } from '../../local/format-time.ts';
import { printJson } from '../shared/print-json.ts';

/** Runs `feeds list`: prints a line for each feed, its fields separated by tabs. */
export function feedsList({ config, json }: { readonly config: string; readonly json: boolean }): void {
  const { feeds } = loadConfigFile(config, process.env).config;
  if (json) {
    printJson({ config, feeds: feeds.map(feedJson) });
    return;
  }
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

function feedJson({ id, every, everyAtMost, url, title, tags, enabled }: Feed) {
  return {
    id,
    url: redactAddress(url),
    title,
    tags,
    enabled,
    everySeconds: every / 1000,
    everyAtMostSeconds: Math.max(every, everyAtMost) / 1000,
  };
}
