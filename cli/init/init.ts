import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { describeFileError } from '../../config/file-error.ts';
import { parseConfig } from '../../config/load.ts';
import { codeFrame } from '../../config/query/code-frame.ts';
import { parseQuery } from '../../config/query/compile-query.ts';
import { QueryError } from '../../config/query/query-error.ts';
import { httpFetch } from '../../functions/poll/fetch/http-fetch.ts';
import { parseFeed } from '../../functions/poll/parser/parse.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { count } from '../../functions/shared/text/count.ts';
import { safeText } from '../../functions/shared/text/safe-text.ts';
import { describeOffer } from '../feeds/describe-offer.ts';
import { feedTitle } from '../feeds/feed-title.ts';
import { findFeed } from '../feeds/find-feed.ts';
import { feedKey, parseAddress } from '../feeds/parse-address.ts';
import { type Asker, terminalAsker } from '../shared/asker.ts';
import { DEFAULT_CONFIG_FILE } from '../shared/defaults.ts';
import { interruptSignal, whenAborted } from '../shared/interrupt.ts';
import { printJson } from '../shared/print-json.ts';
import { UsageError } from '../shared/usage-error.ts';
import { newConfigText } from './new-config.ts';
import { readStarterFeeds } from './read-starter-feeds.ts';
import { DEFAULT_GROUP, type StarterFeed, starterFeedsFor, starterWords } from './starter-feeds.ts';

export interface InitOptions {
  readonly config: string;
  /** The answers; what is missing is asked at a terminal. */
  readonly watch?: string;
  readonly feed?: readonly string[];
  readonly email?: string;
  readonly loopbackFeeds: boolean;
  /** Prints what was written as JSON, and does not offer to start. */
  readonly json: boolean;
}

interface FoundFeed {
  readonly url: string;
  readonly title?: string;
}

const say = (text: string) => console.error(text);

/**
 * Runs `init`: asks what to watch, where, and whom to tell, and writes a configuration. Returns whether to start. Changes no
 * file that is already there, except that it adds lines to `.env` and `.gitignore`.
 */
export async function init(options: InitOptions): Promise<boolean> {
  const { config } = options;
  if (existsSync(config)) {
    throw new NewsAlertsError(
      `expected no ${config} yet, got one; edit it, or give another name with --config`,
    );
  }
  const isTerminal = Boolean(process.stdin.isTTY && process.stderr.isTTY);
  if (!isTerminal && options.watch === undefined) {
    throw new UsageError(
      'expected a terminal for the questions, or the answers as options: --watch "WORDS" --feed ADDRESS --email ADDRESS',
    );
  }
  const interrupted = interruptSignal();
  const asker = isTerminal ? terminalAsker(interrupted) : undefined;
  try {
    const answers = await Promise.race([
      answersTo(options, asker),
      whenAborted(interrupted).then(() => undefined),
    ]);
    if (!answers) {
      say('\nStopped; nothing was written.');
      process.exit(130);
    }
    const files = write(config, answers);
    if (options.json) {
      printJson({
        config,
        feeds: answers.feeds.map(({ url, title }) => ({ url, title: title ?? null })),
        watch: answers.watch,
        email: answers.email === '' ? null : answers.email,
        files,
      });
      return false;
    }
    const folder = dirname(config);
    // `start` reads .env in the folder where it runs.
    const isHere = resolve(folder) === process.cwd();
    const start = isHere ? await asker?.ask('Start now? [Y/n] ') : undefined;
    if (start !== undefined && !/^n/i.test(start)) return true;
    const name = basename(config);
    const option = name === DEFAULT_CONFIG_FILE ? '' : ` --config ${name}`;
    const command = `${isHere ? '' : `cd ${folder} && `}npx news-alerts start${option}`;
    say(`Next: ${command}, which shows alerts at the terminal and on a page.`);
    return false;
  } finally {
    asker?.close();
  }
}

interface Answers {
  readonly watch: string;
  readonly feeds: readonly FoundFeed[];
  readonly email: string;
}

/** Returns undefined when the user stops. */
async function answersTo(options: InitOptions, asker: Asker | undefined): Promise<Answers | undefined> {
  const watch = await ask(asker, options.watch, WATCH_QUESTION, queryFault);
  if (watch === undefined) return undefined;
  const feeds = await feedsFrom(options, asker);
  if (!feeds) return undefined;
  const email = await ask(asker, options.email, EMAIL_QUESTION, emailFault);
  return email === undefined ? undefined : { watch, feeds, email };
}

const WATCH_QUESTION = '1. What to watch? Words, "phrases", OR, -without: ';
const FEED_QUESTION =
  '2. Where? Addresses of sites or feeds, or a region, language or subject (india, de, tech); Enter for world news: ';
const EMAIL_QUESTION = '3. Whom to tell? An email address; Enter for nobody yet: ';

/**
 * Returns the given answer, or the first one at the terminal without a fault; undefined when the user stops. Without a
 * terminal, a missing answer is empty.
 * @throws UsageError for a fault in the given answer
 */
async function ask(
  asker: Asker | undefined,
  given: string | undefined,
  question: string,
  faultOf: (answer: string) => string | undefined,
): Promise<string | undefined> {
  if (given !== undefined || !asker) {
    const fault = faultOf(given ?? '');
    if (fault !== undefined) throw new UsageError(fault);
    return given ?? '';
  }
  for (;;) {
    const answer = await asker.ask(question);
    if (answer === undefined) return undefined;
    const fault = faultOf(answer);
    if (fault === undefined) return answer;
    say(fault);
  }
}

function queryFault(watch: string): string | undefined {
  if (watch === '') return 'expected words to watch for, got nothing';
  try {
    parseQuery(watch);
    return undefined;
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return `${error.message}\n${codeFrame(error)}`;
  }
}

/** Lets the configuration's own check decide what an address is. */
function emailFault(email: string): string | undefined {
  if (email === '') return undefined;
  try {
    parseConfig(`topics: [{ id: a, match: a }]\nrecipients: [{ email: ${JSON.stringify(email)} }]\n`, '', {});
    return undefined;
  } catch {
    return `expected an email address, got ${safeText(email)}`;
  }
}

/** Returns the feeds to read; undefined when the user stops. */
async function feedsFrom(
  { feed, loopbackFeeds }: InitOptions,
  asker: Asker | undefined,
): Promise<readonly FoundFeed[] | undefined> {
  const fetch = httpFetch({ clock: Date.now, guard: { loopback: loopbackFeeds } });
  const worldNews = () => workingFeeds(starterFeedsFor(DEFAULT_GROUP), 'world news', fetch);
  if (feed) return distinctFeeds(await Promise.all(feed.map((one) => feedsFor(one, fetch, undefined))));
  if (!asker) return worldNews();
  for (;;) {
    const answer = await asker.ask(FEED_QUESTION);
    if (answer === undefined) return undefined;
    if (answer === '') return worldNews();
    try {
      const found: (readonly FoundFeed[])[] = [];
      for (const one of answer.split(/[\s,]+/)) found.push(await feedsFor(one, fetch, asker));
      if (found.length > 0) return distinctFeeds(found);
    } catch (error) {
      if (!(error instanceof NewsAlertsError)) throw error;
      say(error.message);
    }
  }
}

/** Returns all feeds once: a feed can belong to several regions and subjects. */
function distinctFeeds(lists: readonly (readonly FoundFeed[])[]): FoundFeed[] {
  return [...new Map(lists.flat().map((feed) => [feedKey(feed.url), feed])).values()];
}

type HttpFetch = ReturnType<typeof httpFetch>;

/**
 * Returns the feed that an address leads to, or those that the user chooses.
 * @throws NewsAlertsError when there is none
 */
async function search(text: string, fetch: HttpFetch, asker: Asker | undefined): Promise<FoundFeed[]> {
  const address = parseAddress(text);
  if ('fault' in address)
    throw new UsageError(`expected an address, got ${safeText(text)}: ${address.fault}`);
  say(`Reading ${address.url} (press Ctrl-C to stop)…`);
  const found = await findFeed(address.url, { fetch, read: parseFeed, now: Date.now, onStep: say });
  if (found.kind === 'none')
    throw new NewsAlertsError(
      `${found.url}: expected a feed, got: ${safeText(found.failure.detail)}; try the address of the site's RSS feed`,
    );
  if (found.kind === 'feed') return [withTitle(found.url, found.feed.title)];
  const { offers, page } = found;
  say(`${page} leads to ${count(offers.length, 'feed')}, the best first:`);
  for (const [n, offer] of offers.entries())
    say(`  ${n + 1}. ${offer.url}\n     ${describeOffer(offer, Date.now())}`);
  const answer = (await asker?.ask(`Which ones? For example 1 3; Enter for 1: `)) ?? '';
  const chosen = answer.split(/\D+/).flatMap((number) => offers[Number(number) - 1] ?? []);
  const wanted = chosen.length > 0 ? chosen : offers.slice(0, 1);
  return wanted.map(({ url, found: known }) => withTitle(url, known?.feed.title));
}

function withTitle(url: string, title = ''): FoundFeed {
  const shown = feedTitle(title);
  return { url, ...(shown ? { title: shown } : {}) };
}

/** Returns those of the starter feeds that answer now. If none does, returns all of them. */
async function workingFeeds(
  feeds: readonly StarterFeed[],
  what: string,
  fetch: HttpFetch,
): Promise<readonly FoundFeed[]> {
  say(`Reading ${count(feeds.length, 'feed')} for ${what}…`);
  const items = await readStarterFeeds(feeds, fetch, ({ title, knownGood }, found) => {
    const known = knownGood === null ? '' : ` (last known good on ${knownGood})`;
    say(`  ${title}: ${found > 0 ? count(found, 'item') : `no feed there now${known}`}`);
  });
  const working = feeds.filter(({ url }) => (items.get(url) ?? 0) > 0);
  if (working.length > 0 && working.length < feeds.length) say('Feeds without items are left out.');
  if (working.length === 0)
    say(
      'No feed can be reached now, so all of them are kept unchecked; `npx news-alerts feeds test ADDRESS` reads one.',
    );
  return (working.length > 0 ? working : feeds).map(({ url, title }) => ({ url, title }));
}

/** Returns the starter feeds of a region, language or subject, or the feed that an address leads to. */
async function feedsFor(
  word: string,
  fetch: HttpFetch,
  asker: Asker | undefined,
): Promise<readonly FoundFeed[]> {
  const known = starterFeedsFor(word);
  if (known.length > 0) return workingFeeds(known, word, fetch);
  if (/[.:/]|^localhost$/.test(word)) return search(word, fetch, asker);
  throw new UsageError(
    `expected the address of a site or feed, or one of ${starterWords().join(', ')}, got ${safeText(word)}`,
  );
}

/**
 * Returns the files that were written or changed.
 * @throws NewsAlertsError if a file cannot be written
 */
function write(config: string, { watch, feeds, email }: Answers): string[] {
  const text = newConfigText({ watch, feeds, hasEmail: email !== '' });
  // The file must be valid before it is written.
  parseConfig(text, config, { ALERTS_EMAIL: email });
  const folder = dirname(config);
  const [env, gitignore] = [join(folder, '.env'), join(folder, '.gitignore')];
  const files = [config];
  try {
    if (email !== '' && addLines(env, [`ALERTS_EMAIL=${email}`], 0o600)) files.push(env);
    if (addLines(gitignore, ['.env', '.news-alerts/'])) files.push(gitignore);
    writeFileSync(config, text, { flag: 'wx' });
  } catch (error) {
    throw new NewsAlertsError(`${folder}: expected a folder to write to, got ${describeFileError(error)}`, {
      cause: error,
    });
  }
  say(
    `wrote ${config}: ${count(feeds.length, 'feed')}, 1 topic${email === '' ? '' : ', 1 recipient (in .env)'}`,
  );
  return files;
}

/** Adds the lines that a file does not have. Returns whether there are any. */
function addLines(file: string, lines: readonly string[], mode?: number): boolean {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const missing = lines.filter((line) => !before.split(/\r?\n/).includes(line));
  if (missing.length === 0) return false;
  const separator = before === '' || before.endsWith('\n') ? '' : '\n';
  appendFileSync(file, `${separator}${missing.join('\n')}\n`, mode === undefined ? {} : { mode });
  return true;
}
