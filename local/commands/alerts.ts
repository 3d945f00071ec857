import { parseDuration } from '../../functions/shared/config/duration.ts';
import { loadConfigFile } from '../../functions/shared/config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { Feed, PipelineConfig, Topic } from '../../functions/shared/model.ts';
import { alertJson, itemJson } from '../alerts/alert-json.ts';
import { AlertLog } from '../alerts/alert-log.ts';
import { alertLine, describeAlert } from '../alerts/describe.ts';
import { earlierFeeds } from '../alerts/earlier-feeds.ts';
import { explainItem, findItem, type StoredItem } from '../alerts/explain-item.ts';
import { listAlerts } from '../alerts/list-alerts.ts';
import { type OpenTable, openTable, type WhichTable } from '../alerts/open-table.ts';
import { titledFeeds } from '../alerts/titled-feeds.ts';
import { withoutControls } from '../console.ts';
import { some } from '../moments.ts';
import { readOutbox } from '../outbox.ts';

export interface AlertsOptions extends WhichTable {
  readonly config: string;
  readonly topic?: string;
  readonly json: boolean;
}

/** Runs `alerts list`: prints what was sent, what waits, and what was left out. */
export async function alertsList(options: AlertsOptions & { readonly since: string }): Promise<void> {
  const back = parseDuration(options.since);
  if (back === undefined)
    throw new NewsAlertsError(`--since: expected a duration such as 12h or 7d, got ${options.since}`);
  const { config } = loadConfigFile(options.config, process.env);
  const topics = topicsOf(config, options);
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
    if (alerts.length === 0) console.error(`no alert in the last ${options.since}`);
  } finally {
    await store.close();
  }
}

/**
 * Runs `alerts show`: prints why an alert was sent; of an item, by its address or id, what it was to its story and how it
 * was delivered, or why it was not.
 */
export async function alertsShow(reference: string, options: AlertsOptions): Promise<void> {
  const { config, secrets } = loadConfigFile(options.config, process.env);
  const topics = topicsOf(config, options);
  const earlier = earlierFeeds(config.feeds, secrets);
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
        `expected an alert, or an item by its id or address, got ${reference}: no feed has shown it in 90 days, ` +
          'or under another address; `alerts list` shows what was delivered',
      );
    }
    const feeds = await titledFeeds(store.table, feedsOf(items, config.feeds));
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

/** The log of a machine also has what became of each message; AWS keeps that to itself. */
function alertLog(
  { table }: OpenTable,
  { stack, data }: WhichTable,
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

function topicsOf({ topics }: PipelineConfig, { config, topic }: AlertsOptions): readonly Topic[] {
  const found = topic === undefined ? topics : topics.filter(({ id }) => id === topic);
  if (found.length > 0) return found;
  throw new NewsAlertsError(
    `--topic: expected the id of a topic of ${config} (${some(topics.map(({ id }) => id))}), got ${topic}`,
  );
}

function print(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${withoutControls(line)}\n`);
}
