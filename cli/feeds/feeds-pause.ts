import { readConfig, writeConfig } from '../../config/edit/config-file.ts';
import { withPaused } from '../../config/edit/pause-feed.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { redactAddress } from '../../functions/shared/redact-address.ts';
import { printJson } from '../shared/print-json.ts';
import { unknownFeed } from './named-feed.ts';

export interface FeedsPauseOptions {
  readonly config: string;
  readonly json: boolean;
}

/** Runs `feeds pause` and `feeds resume`: stops reading a feed, or reads it again. */
export function feedsPause(id: string, isPaused: boolean, { config: file, json }: FeedsPauseOptions): void {
  const config = readConfig(file, process.env);
  const { text, loaded } = config;
  const { feeds } = loaded.config;
  const index = feeds.findIndex((feed) => feed.id === id);
  const feed = feeds[index];
  if (!feed) throw unknownFeed('the id of a feed', id, feeds, file);
  const isDone = feed.enabled !== isPaused;
  if (!isDone) {
    const changed = withPaused(text, index, isPaused);
    if (changed === undefined) {
      throw new NewsAlertsError(
        `${file}: expected feeds: as a list of entries that can be changed one by one, got another form; nothing was changed. Set enabled: ${!isPaused} for ${id} by hand`,
      );
    }
    writeConfig(config, changed, process.env);
  }
  const result = isPaused ? 'paused' : 'resumed';
  const url = redactAddress(feed.url);
  if (json) printJson({ config: file, result, feed: { id, url, title: feed.title } });
  else console.log(`${isDone ? 'already ' : ''}${result} in ${file}: ${id}: ${url}`);
}
