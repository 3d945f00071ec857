import pLimit from 'p-limit';
import type { AlertLog, AlertRecord, RecordedItem } from './alert-log.ts';

const MAX_CONCURRENT_READS = 10;

/** Returns the alerts of some topics since a time (ms), oldest first: one for each item that was delivered or is waiting. */
export async function listAlerts(
  log: AlertLog,
  topicIds: readonly string[],
  since: number,
): Promise<AlertRecord[]> {
  const limit = pLimit(MAX_CONCURRENT_READS);
  const items = await Promise.all(topicIds.map((topicId) => limit(() => log.items(topicId))));
  return alertsOf(log, items.flat(), since);
}

/** Returns the alerts of some items since a time (ms), oldest first. */
export async function alertsOf(
  log: AlertLog,
  items: readonly RecordedItem[],
  since: number,
): Promise<AlertRecord[]> {
  const limit = pLimit(MAX_CONCURRENT_READS);
  const recent = items.filter(({ polledAt }) => Date.parse(polledAt) >= since);
  const ids = new Set(recent.flatMap(({ alerts = [] }) => alerts));
  const alerts = await Promise.all([...ids].map((id) => limit(() => log.alert(id))));
  return alerts
    .filter((alert) => alert !== undefined)
    .filter((alert) => alertTime(alert) >= since)
    .sort((a, b) => alertTime(a) - alertTime(b));
}

/** Returns when an alert was sent, queued or skipped, ms, or the current time while the alert is being sent. */
export function alertTime({ settledAt, message }: AlertRecord): number {
  const time = message?.settledAt ?? settledAt;
  return time === undefined ? Date.now() : Date.parse(time);
}
