import { QUOTAS_AS_OF, type QuotaName, quotas } from './quotas.ts';
import { FEEDS, type Row, rowsOfFeeds, rowsOfTopics, TOPICS } from './rows.ts';

/** Returns both tables and the quotas that they use, as Markdown for docs/operations.md. */
export function quotasInMarkdown(): string {
  return [table('feeds', FEEDS, rowsOfFeeds()), table('topics', TOPICS, rowsOfTopics()), sources()].join(
    '\n\n',
  );
}

/** Returns the number of feeds or topics at which a row reaches its limit; undefined if its use does not grow that far. */
export function maxCount({ quota, use }: Row): number | undefined {
  const limit = limitOf(quota).value;
  const MAX_COUNT = 1e12;
  if (use(MAX_COUNT) < limit) return undefined;
  let [below, above] = [0, MAX_COUNT];
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (use(middle) > limit) above = middle;
    else below = middle;
  }
  return below;
}

function limitOf(quota: Row['quota']): { readonly name: string; readonly value: number } {
  if (typeof quota !== 'string') return quota;
  const { service, name, value } = quotas[quota];
  return { name: `${service}: ${name}`, value };
}

function table(what: string, scales: readonly number[], rows: readonly Row[]): string {
  const head = [
    'part',
    'limit',
    ...scales.map((n) => `${count(n)} ${what}`),
    `stops at (${what})`,
    'raise',
    'beyond',
  ];
  const lines = rows.map((row) => {
    const limit = limitOf(row.quota);
    const stop = maxCount(row);
    return [
      row.part,
      `${limit.name}: ${value(limit.value)}`,
      ...scales.map((n) => share(row.use(n) / limit.value)),
      stop === undefined ? 'never' : count(Number(stop.toPrecision(2))),
      row.raise,
      row.beyond,
    ];
  });
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function sources(): string {
  const lines = (Object.keys(quotas) as QuotaName[]).map((name) => {
    const quota = quotas[name];
    return `- ${quota.service}, ${quota.name}: ${value(quota.value)} ${quota.unit}, ${quota.adjustable ? 'adjustable' : 'not adjustable'} (${quota.source})`;
  });
  return [`AWS's defaults as of ${QUOTAS_AS_OF}:`, '', ...lines].join('\n');
}

function share(part: number): string {
  if (part < 0.001) return '0 %';
  if (part < 0.1) return `${Number((part * 100).toPrecision(1))} %`;
  return part > 1 ? `**${count(Number((part * 100).toPrecision(2)))} %**` : `${Math.round(part * 100)} %`;
}

const count = (n: number): string => n.toLocaleString('en-US');

function value(n: number): string {
  return n >= 1024 * 1024 && n % 1024 === 0 ? `${n / 1024 / 1024} MB` : count(n);
}
