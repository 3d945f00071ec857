import { addFeeds, type ConfigText, readConfig } from '../../config/edit/config-file.ts';
import { printEntries } from '../../config/edit/insert-entries.ts';
import { feedOptionFaults } from '../../config/schema/schema.ts';
import { feedAddress } from '../../functions/poll/fetch/feed-address.ts';
import { httpFetch } from '../../functions/poll/fetch/http-fetch.ts';
import type { FeedAddress } from '../../functions/poll/fetch/plain-address.ts';
import { parseFeed } from '../../functions/poll/parser/parse.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { generatedId } from '../../functions/shared/feed-id.ts';
import type { Feed, PipelineConfig } from '../../functions/shared/model.ts';
import { redactAddress } from '../../functions/shared/redact-address.ts';
import { environmentSecrets } from '../../functions/shared/secrets.ts';
import { count } from '../../functions/shared/text/count.ts';
import { safeText } from '../../functions/shared/text/safe-text.ts';
import { terminalAsker } from '../shared/asker.ts';
import { interruptSignal, whenAborted } from '../shared/interrupt.ts';
import { printJson } from '../shared/print-json.ts';
import { UsageError } from '../shared/usage-error.ts';
import { describeOffer } from './describe-offer.ts';
import { feedPreview } from './feed-preview.ts';
import { feedTitle } from './feed-title.ts';
import { type FeedSearchResult, findFeed } from './find-feed.ts';
import { itemsJson } from './items-json.ts';
import type { NewFeed } from './new-feeds.ts';
import type { Offer } from './offers.ts';
import { feedKey, parseAddress, unusedId } from './parse-address.ts';
import { secretAdvice } from './plain-secrets.ts';
import type { RequestOptions } from './site-requests.ts';

export interface FeedsAddOptions {
  readonly config: string;
  readonly id?: string;
  readonly title?: string;
  readonly every?: string;
  readonly tag?: readonly string[];
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly loopbackFeeds: boolean;
}

/** Runs `feeds add`: finds the feed at an address, prints a preview, and adds the feed to the configuration. */
export async function feedsAdd(text: string, options: FeedsAddOptions): Promise<void> {
  const address = parseAddress(text);
  if ('fault' in address)
    throw new UsageError(
      `expected the address of a feed or web page, got ${redactAddress(text)}: ${address.fault}`,
    );
  const faults = feedOptionFaults(options);
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  const config = readConfig(options.config, process.env);
  const given = await feedAddress(address, environmentSecrets(process.env));
  if ('detail' in given) throw new UsageError(given.detail);
  if (printKnownFeed(config, address.url, options.json)) return;
  if (options.id !== undefined && config.loaded.config.feeds.some(({ id }) => id === options.id)) {
    throw new NewsAlertsError(
      `${config.file}: expected an id that is not in use, got ${options.id}, which another feed has; choose another --id`,
    );
  }

  const interrupted = interruptSignal();
  const found = await Promise.race([
    search(given, config.loaded.config, options, interrupted),
    whenAborted(interrupted),
  ]);
  if (interrupted.aborted) {
    console.error('Stopped; nothing was changed.');
    // A request under way would keep the process alive.
    process.exit(130);
  }
  if (!found) {
    console.error('Nothing was changed.');
    return;
  }
  const url = found.url === given.url ? address.url : given.toConfigured(found.url);
  if (printKnownFeed(config, url, options.json)) return;
  // With --json, standard output has only the JSON.
  const print = options.json ? console.error : console.log;
  const document = given.redactDocument(found.feed);
  if (!options.json)
    for (const line of feedPreview(document, redactAddress(url), Date.now())) console.log(line);
  if (feedKey(url) !== feedKey(address.url)) print(`note: the address of the feed is ${redactAddress(url)}`);
  const feed = newFeed({ url, feed: found.feed }, options, config.loaded.config.feeds);
  if (!options.dryRun) addFeeds(config, [feed], process.env);
  if (options.json) {
    printJson({
      config: config.file,
      result: options.dryRun ? 'would-add' : 'added',
      feed: { ...feed, url: redactAddress(feed.url) },
      items: itemsJson(document),
    });
  } else if (options.dryRun) {
    print(`would add to ${config.file}:\n${given.redact(printEntries([feed]))}`.trimEnd());
  } else print(`added to ${config.file} as ${feed.id}`);
  for (const advice of secretAdvice(feed.id, feed.url)) print(advice);
}

/** Prints a message if the file already has the feed. Returns whether it does. */
function printKnownFeed({ file, loaded }: ConfigText, url: string, json: boolean): boolean {
  const known = loaded.config.feeds.find((feed) => feedKey(feed.url) === feedKey(url));
  if (known && json) {
    const { id, title } = known;
    printJson({
      config: file,
      result: 'known',
      feed: { id, url: redactAddress(known.url), title },
      items: [],
    });
  } else if (known)
    console.log(
      `${file} already has this feed, as ${known.id}: ${redactAddress(known.url)}; nothing was changed`,
    );
  return known !== undefined;
}

type FoundFeed = Extract<FeedSearchResult, { kind: 'feed' }>;

/**
 * Returns the feed at an address. If a page leads to several feeds, asks the user; undefined if they choose none.
 * @throws NewsAlertsError when there is no feed
 */
async function search(
  given: FeedAddress,
  { userAgent }: Pick<PipelineConfig, 'userAgent'>,
  { config, loopbackFeeds: loopback, json }: FeedsAddOptions,
  interrupted: AbortSignal,
): Promise<FoundFeed | undefined> {
  const options: RequestOptions = {
    fetch: httpFetch({ clock: Date.now, guard: { loopback } }),
    read: parseFeed,
    now: Date.now,
    userAgent,
    onStep: (text) => console.error(given.forDisplay(text)),
  };
  console.error(`Reading ${given.forDisplay(given.url)} (press Ctrl-C to stop)…`);
  const found = await findFeed(given.url, options);
  if (found.kind === 'feed') return found;
  if (found.kind === 'none') throw new NewsAlertsError(given.forDisplay(noFeedMessage(found)));
  const isTerminal = Boolean(process.stdin.isTTY && process.stderr.isTTY);
  if (json && !isTerminal) printJson(severalJson(config, given, found));
  const chosen = await choose(given, found, interrupted);
  if (chosen === undefined) return undefined;
  if (chosen.found) return { kind: 'feed', url: chosen.url, feed: chosen.found.feed };
  const second = await findFeed(chosen.url, options, given.url);
  if (second.kind === 'feed') return second;
  throw new NewsAlertsError(
    given.forDisplay(
      second.kind === 'none'
        ? noFeedMessage(second)
        : `${chosen.url}: expected a feed, got another page or index that names several`,
    ),
  );
}

/** Returns what `--json` prints if a page leads to several feeds and there is no terminal to ask at. */
function severalJson(
  config: string,
  given: FeedAddress,
  { page, offers }: Extract<FeedSearchResult, { kind: 'several' }>,
) {
  const now = Date.now();
  return {
    config,
    result: 'several',
    page: given.forDisplay(page),
    offers: offers.map((offer) => ({
      kind: offer.kind,
      url: given.redact(offer.url),
      title: offer.title,
      description: given.redact(describeOffer(offer, now)),
    })),
  };
}

function noFeedMessage({ url, failure, tried }: Extract<FeedSearchResult, { kind: 'none' }>): string {
  const { kind, detail } = failure;
  const nothing = kind === 'unreachable' || kind === 'timeout' ? 'no response: ' : '';
  if (kind !== 'html') return `${url}: expected a feed, got ${nothing}${safeText(detail)}`;
  const places = tried.length === 0 ? '' : `, and found none at ${tried.join(', ')}`;
  return `${url}: expected a feed, got a web page that links to none${places}; look for a link to RSS or Atom on the page, and add its address`;
}

/**
 * Asks the user which feed to add; undefined when they choose none.
 * @throws NewsAlertsError when there is no terminal to ask at
 */
async function choose(
  given: FeedAddress,
  { page, isIndex, offers }: Extract<FeedSearchResult, { kind: 'several' }>,
  interrupted: AbortSignal,
): Promise<Offer | undefined> {
  const now = Date.now();
  const list = offers.map(
    (offer, index) => `  ${index + 1}. ${offer.url}\n     ${describeOffer(offer, now)}`,
  );
  const leads = isIndex
    ? `is a sitemap index that names ${count(offers.length, 'news sitemap')}`
    : `leads to ${count(offers.length, 'feed')}, the best first`;
  const intro = `${given.forDisplay(page)} ${leads}:\n${given.redact(list.join('\n'))}`;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new NewsAlertsError(
      `${intro}\nexpected one feed, got ${offers.length}; give one of these addresses instead`,
    );
  }
  console.error(intro);
  const asker = terminalAsker(interrupted);
  try {
    for (;;) {
      const answer = await asker.ask(`Which one? 1 to ${offers.length}, or Enter for none: `);
      if (!answer) return undefined;
      const chosen = offers[Number(answer) - 1];
      if (chosen) return chosen;
    }
  } finally {
    asker.close();
  }
}

function newFeed(
  { url, feed }: Pick<FoundFeed, 'url' | 'feed'>,
  options: FeedsAddOptions,
  known: readonly Feed[],
): NewFeed {
  const title = options.title || feedTitle(feed.title);
  return {
    id: options.id ?? unusedId(generatedId(url), url, new Set(known.map(({ id }) => id))),
    url,
    ...(title === '' ? {} : { title }),
    ...(options.every === undefined ? {} : { every: options.every }),
    ...(options.tag ? { tags: [...new Set(options.tag)] } : {}),
  };
}
