import { addFeeds, readConfig } from '../../config/edit/config-file.ts';
import { printEntries } from '../../config/edit/insert-entries.ts';
import { decode } from '../../functions/poll/parser/encoding/decode.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { redactAddress } from '../../functions/shared/redact-address.ts';
import { count } from '../../functions/shared/text/count.ts';
import { safeText, shorten } from '../../functions/shared/text/safe-text.ts';
import { inputName, readInput } from '../shared/input.ts';
import { printJson } from '../shared/print-json.ts';
import { NO_ADDRESS, newFeeds, type SkippedOutline } from './new-feeds.ts';
import { MAX_OUTLINES, type Opml, readOpml } from './opml.ts';
import { plainSecrets, secretAdvice } from './plain-secrets.ts';

export interface FeedsImportOptions {
  readonly config: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Runs `feeds import`: adds the feeds of an OPML file to the configuration. Makes no requests. */
export async function feedsImport(
  file: string,
  { config: configFile, dryRun, json }: FeedsImportOptions,
): Promise<void> {
  const config = readConfig(configFile, process.env);
  const opml = readOpml(await decode(await readInput(file, 'OPML', MAX_BYTES), ''));
  if (opml.outlines.length === 0) throw new NewsAlertsError(`${inputName(file)}: ${noOutlines(opml)}`);
  if (opml.hasMore) {
    throw new NewsAlertsError(
      `${inputName(file)}: expected at most ${MAX_OUTLINES} outlines, got more; split the file. Nothing was changed`,
    );
  }
  console.error(`${inputName(file)}: read ${count(opml.outlines.length, 'outline')}`);
  const { feeds, skipped } = newFeeds(opml.outlines, config.loaded.config.feeds);
  // Secrets must not be printed.
  const shown = feeds.map((feed) =>
    plainSecrets(feed.url).length > 0 ? { ...feed, url: redactAddress(feed.url) } : feed,
  );
  if (feeds.length > 0) {
    if (!dryRun) addFeeds(config, feeds, process.env);
    else if (!json) process.stdout.write(printEntries(shown));
  }
  if (json) {
    const result = dryRun ? 'would-add' : 'added';
    printJson({ config: configFile, result, feeds: shown, skipped: skipped.map(skippedJson) });
  }
  const summary = `${dryRun ? 'would add' : 'added'} ${count(feeds.length, 'feed')} to ${configFile}`;
  const advice = feeds.flatMap(({ id, url }) => secretAdvice(id, url));
  const more = advice.length > MAX_EXAMPLES ? [`and ${advice.length - MAX_EXAMPLES} more`] : [];
  for (const line of [summary, ...skippedLines(skipped), ...advice.slice(0, MAX_EXAMPLES), ...more])
    console.error(line);
  if (skipped.every(({ reason }) => reason === NO_ADDRESS) && feeds.length === 0) {
    throw new NewsAlertsError(`${inputName(file)}: expected outlines with a feed address (xmlUrl), got none`);
  }
}

/** Far larger than the export of any reader. */
const MAX_BYTES = 5 * 1024 * 1024;

const FEED_ROOT = /^(rss|feed|rdf:rdf|channel)$/;

function noOutlines({ root }: Opml): string {
  const expected = 'expected OPML, a list of feeds that another reader exported,';
  if (root === undefined) return `${expected} got a document without elements`;
  if (root === 'opml') return `${expected} got a document without outlines`;
  const next = FEED_ROOT.test(root) ? '; to add a feed, give its address: news-alerts feeds add URL' : '';
  return `${expected} got <${root.slice(0, 40)}>${next}`;
}

const MAX_EXAMPLES = 5;

function skippedLines(skipped: readonly SkippedOutline[]): string[] {
  if (skipped.length === 0) return [];
  return [
    `skipped: ${skipped.length}`,
    ...[...Map.groupBy(skipped, ({ reason }) => reason)].flatMap(([reason, list]) => [
      `  ${reason}: ${list.length}`,
      ...list.slice(0, MAX_EXAMPLES).map((one) => `    ${describe(one)}`),
      ...(list.length > MAX_EXAMPLES ? [`    and ${list.length - MAX_EXAMPLES} more`] : []),
    ]),
  ];
}

function skippedJson({ outline: { line, name, address }, reason, detail }: SkippedOutline) {
  const url = address === undefined ? null : shorten(safeText(redactAddress(address)), 200);
  return { line, name, url, reason, detail: detail ?? null };
}

function describe({ outline: { line, name, address }, detail }: SkippedOutline): string {
  const what = [name, shorten(safeText(redactAddress(address ?? '')), 200)]
    .filter((text) => text !== '')
    .join('  ');
  return `line ${line}: ${what || 'no name'}${detail === undefined ? '' : ` (${detail})`}`;
}
