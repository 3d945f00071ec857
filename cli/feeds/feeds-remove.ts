import { readConfig, writeConfig } from '../../config/edit/config-file.ts';
import { cutEntry } from '../../config/edit/cut-entry.ts';
import { parseConfig } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { redactAddress } from '../../functions/shared/redact-address.ts';
import { printJson } from '../shared/print-json.ts';
import { unknownFeed } from './named-feed.ts';

export interface FeedsRemoveOptions {
  readonly config: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Runs `feeds remove`: takes a feed out of the configuration. */
export function feedsRemove(id: string, options: FeedsRemoveOptions): void {
  const config = readConfig(options.config, process.env);
  const { file, text, loaded } = config;
  const { feeds } = loaded.config;
  const index = feeds.findIndex((feed) => feed.id === id);
  const feed = feeds[index];
  if (!feed) throw unknownFeed('the id of a feed', id, feeds, file);
  const changed = cutEntry(text, 'feeds', index);
  if (changed === undefined) {
    throw new NewsAlertsError(
      `${file}: expected feeds: as a list from which an entry can be cut, got another form; nothing was changed. Remove ${id} by hand`,
    );
  }
  const name = `${id}: ${redactAddress(feed.url)}`;
  const { warnings } = options.dryRun
    ? parseConfig(changed, file, process.env)
    : writeConfig(config, changed, process.env);
  if (options.json) {
    printJson({
      config: file,
      result: options.dryRun ? 'would-remove' : 'removed',
      feed: { id, url: redactAddress(feed.url), title: feed.title },
    });
  } else console.log(options.dryRun ? `would remove from ${file}: ${name}` : `removed from ${file}: ${name}`);
  for (const warning of warnings) if (!loaded.warnings.includes(warning)) console.error(`note: ${warning}`);
}
