import { parseDuration } from '../../config/duration.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { hostTitle } from '../../functions/shared/host-title.ts';
import type { FeedReference } from '../../functions/shared/messages.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { feedStates } from '../../functions/shared/store/feed-states.ts';
import type { Table } from '../../functions/shared/store/table.ts';
import { stripControls } from '../../local/console.ts';
import { readOutbox } from '../../local/outbox/outbox.ts';
import { earlierFeedIds } from '../../local/past/earlier-feed-ids.ts';
import { loadConfigFor } from '../shared/load-config.ts';
import { type OpenTable, openTable, type TableLocation } from '../shared/open-table.ts';
import { selectTopics } from '../shared/select-topics.ts';
import { alertJson, itemJson } from './alert-json.ts';
import { AlertLog } from './alert-log.ts';
import { alertLine, describeAlert } from './describe-alert.ts';
import { explainItem, findItem, type StoredItem } from './explain-item.ts';
import { listAlerts } from './list-alerts.ts';

/**
 * Returns feeds with the titles that queries use: the title in the file or, if there is none, the title of the feed's
 * document.
 */
function withDocumentTitles(table: Table, feeds: readonly Feed[]): Promise<(Feed & FeedReference)[]> {
  const states = feedStates(table);
  return Promise.all(
    feeds.map(async (feed) => {
      const { title } = feed.untitled ? await states.get(feed.id) : feed;
      return title === undefined || !feed.untitled
        ? feed
        : { ...feed, title, titleInFile: hostTitle(feed.url) };
    }),
  );
}

export interface AlertsOptions extends TableLocation {
  readonly config: string;
  readonly topic?: string;
  readonly json: boolean;
}

/** Runs `alerts list`: prints the alerts that were sent, are waiting, or were left out. */
export async function alertsList(options: AlertsOptions & { readonly since: string }): Promise<void> {
  const back = parseDuration(options.since);
  if (back === undefined)
    throw new NewsAlertsError(`--since: expected a duration such as 12h or 7d, got ${options.since}`);
  const { config } = loadConfigFor(options.config, options.stack);
  const topics = selectTopics(config.topics, options.topic, options.config);
  const zoneOf = new Map(topics.map(({ id, timeZone = config.timeZone ?? 'UTC' }) => [id, timeZone]));
  const store = await openTable(options);
  try {
    const alerts = await listAlerts(
      alertLog(store, options),
      topics.map(({ id }) => id),
      Date.now() - back,
    );
    print(
      alerts.map((alert) =>
        options.json
          ? JSON.stringify(alertJson(alert))
          : alertLine(alert, zoneOf.get(alert.topicId ?? '') ?? 'UTC'),
      ),
    );
    if (alerts.length === 0) console.error(`no alerts in the last ${options.since}`);
  } finally {
    await store.close();
  }
}

/**
 * Runs `alerts show`: prints why an alert was sent. For an item, named by its id or address, prints its role in its story
 * and how it was delivered, or why it was not.
 */
export async function alertsShow(reference: string, options: AlertsOptions): Promise<void> {
  const { config, secrets } = loadConfigFor(options.config, options.stack);
  const topics = selectTopics(config.topics, options.topic, options.config);
  const earlier = earlierFeedIds(config.feeds, secrets);
  const timeZone = config.timeZone ?? 'UTC';
  const store = await openTable(options);
  try {
    const log = alertLog(store, options, earlier);
    const alert = await log.alert(reference);
    if (alert) {
      const zone = config.topics.find(({ id }) => id === alert.topicId)?.timeZone ?? timeZone;
      return print(options.json ? [JSON.stringify(alertJson(alert))] : await describeAlert(log, alert, zone));
    }
    const feedIds = config.feeds.map(({ id }) => id);
    const items = await findItem(store.table, reference, feedIds, earlier);
    if (items.length === 0) {
      throw new NewsAlertsError(
        `expected the id of an alert, or the id or address of an item of the last 90 days, got ${reference}; the item may ` +
          'have another address, and `news-alerts alerts list` shows what was delivered',
      );
    }
    const feeds = await withDocumentTitles(store.table, feedsOf(items, config.feeds));
    print(
      options.json
        ? (await Promise.all(items.map((item) => itemJson(log, item, topics, feeds)))).map((item) =>
            JSON.stringify(item),
          )
        : await explainItem(log, items, topics, feeds, timeZone),
    );
  } finally {
    await store.close();
  }
}

/** Opens the alert log. On this machine the log also has the deliveries of each message, which AWS does not report. */
function alertLog(
  { table }: OpenTable,
  { stack, data }: TableLocation,
  earlier?: ReadonlyMap<string, string>,
): AlertLog {
  if (stack !== undefined) return new AlertLog(table, undefined, earlier);
  const published = readOutbox(data);
  return new AlertLog(table, (messageId) => published.get(messageId)?.deliveries, earlier);
}

function feedsOf(items: readonly StoredItem[], feeds: readonly Feed[]): readonly Feed[] {
  const ids = new Set(items.map(({ feedId }) => feedId));
  return feeds.filter(({ id }) => ids.has(id));
}

function print(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${stripControls(line)}\n`);
}
