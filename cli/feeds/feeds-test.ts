import { loadConfigFile } from '../../config/load.ts';
import { feedAddress } from '../../functions/poll/fetch/feed-address.ts';
import { httpFetch } from '../../functions/poll/fetch/http-fetch.ts';
import type { FeedAddress } from '../../functions/poll/fetch/plain-address.ts';
import { parseFeed } from '../../functions/poll/parser/parse.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { redactAddress } from '../../functions/shared/redact-address.ts';
import { environmentSecrets } from '../../functions/shared/secrets.ts';
import { safeText } from '../../functions/shared/text/safe-text.ts';
import { interruptSignal, whenAborted } from '../shared/interrupt.ts';
import { printJson } from '../shared/print-json.ts';
import { UsageError } from '../shared/usage-error.ts';
import { feedPreview } from './feed-preview.ts';
import { itemsJson } from './items-json.ts';
import { unknownFeed } from './named-feed.ts';
import { parseAddress } from './parse-address.ts';
import { type PageResult, SiteRequests } from './site-requests.ts';

export interface FeedsTestOptions {
  readonly config: string;
  readonly loopbackFeeds: boolean;
  readonly json: boolean;
}

/** Runs `feeds test`: reads a feed once and prints what it has. Changes nothing. */
export async function feedsTest(reference: string, options: FeedsTestOptions): Promise<void> {
  const { config } = loadConfigFile(options.config, process.env);
  const feed = config.feeds.find(({ id }) => id === reference);
  const address = feed ?? parseAddress(reference);
  if ('fault' in address)
    throw unknownFeed('an address, or the id of a feed', reference, config.feeds, options.config);
  const given = await feedAddress(address, environmentSecrets(process.env));
  if ('detail' in given) throw new UsageError(given.detail);
  const requests = new SiteRequests(given.url, {
    fetch: httpFetch({ clock: Date.now, guard: { loopback: options.loopbackFeeds } }),
    read: parseFeed,
    now: Date.now,
    userAgent: feed?.userAgent ?? config.userAgent,
    onStep: () => undefined,
  });
  console.error(`Reading ${given.forDisplay(given.url)} (press Ctrl-C to stop)…`);
  const interrupted = interruptSignal();
  const result = await Promise.race([requests.page(given.url), whenAborted(interrupted)]);
  if (!result) {
    console.error('Stopped.');
    // A request under way would keep the process alive.
    process.exit(130);
  }
  print(result, given, options.json);
}

function print(result: PageResult, given: FeedAddress, json: boolean): void {
  if (result.kind === 'not') {
    const { kind, detail } = result.failure;
    const got =
      kind === 'html' ? 'a web page; `news-alerts feeds add` finds the feeds of a page' : safeText(detail);
    throw new NewsAlertsError(given.forDisplay(`${result.url}: expected a feed, got ${got}`));
  }
  const document = given.redactDocument(result.feed);
  const url = redactAddress(given.toConfigured(result.url));
  if (json) {
    printJson({ url, title: document.title, items: itemsJson(document) });
    return;
  }
  for (const line of feedPreview(document, url, Date.now())) console.log(line);
  if (result.url !== given.url) console.log(`note: the feed has moved to ${url}`);
}
