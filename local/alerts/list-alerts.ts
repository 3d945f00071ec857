import pLimit from 'p-limit';
import type { Table } from '../../functions/shared/store/table.ts';
import { type AlertRecord, readAlert, type ToldItem, toldItems } from './ledger.ts';

const READS_AT_ONCE = 10;

/** The alerts of some topics since a time, oldest first. */
export async function listAlerts(
  table: Table,
  topicIds: readonly string[],
  since: number,
): Promise<AlertRecord[]> {
  const limit = pLimit(READS_AT_ONCE);
  const told = await Promise.all(topicIds.map((topicId) => limit(() => toldItems(table, topicId))));
  return alertsOf(table, told.flat(), since);
}

/** The alerts since a time that told some items, oldest first. */
export async function alertsOf(
  table: Table,
  told: readonly ToldItem[],
  since: number,
): Promise<AlertRecord[]> {
  const limit = pLimit(READS_AT_ONCE);
  const recent = told.filter(({ polledAt }) => Date.parse(polledAt) >= since);
  const ids = new Set(recent.flatMap(({ alerts = [] }) => alerts));
  const found = await Promise.all([...ids].map((id) => limit(() => readAlert(table, id))));
  return found
    .filter((alert) => alert !== undefined)
    .filter((alert) => timeOf(alert) >= since)
    .sort((a, b) => timeOf(a) - timeOf(b));
}

/** When an alert was sent, laid by or left; of one that is under way, now. */
export function timeOf({ settledAt, digest }: AlertRecord): number {
  const time = digest?.settledAt ?? settledAt;
  return time === undefined ? Date.now() : Date.parse(time);
}
