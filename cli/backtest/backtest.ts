import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from '../../config/faults.ts';
import { type LoadedConfig, loadConfigFile } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { count } from '../../functions/shared/text/count.ts';
import { stripControls } from '../../local/console.ts';
import { abbreviateList } from '../../local/format-time.ts';
import { type BacktestResult, backtest, type TestedTopic } from '../../local/past/backtest.ts';
import { type SmsCost, smsCost, smsCostJson, smsNumbers } from '../cost/sms-cost.ts';
import { openPast, type PastLocation } from '../past/open-past.ts';
import { DEFAULT_CONFIG_FILE } from '../shared/defaults.ts';
import { interruptible } from '../shared/interrupt.ts';
import { throttleProgress } from '../shared/throttle-progress.ts';
import { differenceJson, estimateJson } from '../topics/try-json.ts';
import { describeBacktest, smsPartsOf } from './describe-backtest.ts';

export interface BacktestOptions extends PastLocation {
  /** The file to test. */
  readonly config: string;
  /** The file to compare it with. */
  readonly against?: string;
  readonly days: number;
  readonly maxPerDay?: number;
  readonly json: boolean;
  /** Dollars for an SMS part. */
  readonly smsPrice?: number;
}

/**
 * Runs `backtest`: prints what the topics of a file would have caught and sent in the past, and what changes from another
 * file.
 * @throws NewsAlertsError when a topic exceeds `--max-per-day`
 */
export async function runBacktest(options: BacktestOptions): Promise<void> {
  const { maxPerDay, days, json } = options;
  const loaded = loadValid(options.config);
  const against = options.against ?? defaultAgainst(options.config);
  const current = against === undefined ? undefined : loadConfigFile(against, process.env, '--against');
  const timeZone = loaded.config.timeZone ?? 'UTC';
  await interruptible(async (signal) => {
    const { past, fault } = await openPast(options, loaded, signal);
    const report = throttleProgress(console.error);
    const result = await backtest({
      past,
      topics: loaded.config.topics,
      before: current?.config.topics,
      days,
      timeZone,
      signal,
      onProgress: (done, of) => report(`matched ${done} of ${of} items`),
    });
    const numbersOf = (id: string) => smsNumbers(loaded.subscriptions, loaded.config.topics, id);
    const cost = smsCostOf(result, numbersOf, options.smsPrice);
    const exceeding = maxPerDay === undefined ? [] : topicsBeyond(result, maxPerDay);
    const lines = json
      ? [JSON.stringify(backtestJson(result, numbersOf, cost, exceeding))]
      : describeBacktest(result, cost, timeZone);
    for (const line of lines) process.stdout.write(`${stripControls(line)}\n`);
    if (fault !== undefined) throw fault;
    if (exceeding.length > 0) {
      const topics = exceeding.map(({ id, after }) => {
        const { messages = 0, day = '' } = after?.estimate.busiest ?? {};
        return `${id} with ${messages} on ${day}`;
      });
      throw new NewsAlertsError(
        `--max-per-day: expected no topic to send a recipient more than ${count(maxPerDay ?? 0, 'message')} on a day, got ${abbreviateList(topics)}; ` +
          'make the query narrower (`news-alerts topics try` shows what it catches), or use deliver: or atMost:',
      );
    }
  });
}

function loadValid(file: string): LoadedConfig {
  const loaded = loadConfigFile(file, process.env);
  if (loaded.topicFaults.length > 0) throw new ConfigError(loaded.topicFaults);
  return loaded;
}

/** Returns the current file if another one is tested. */
function defaultAgainst(tested: string): string | undefined {
  const isCurrent = resolve(tested) === resolve(DEFAULT_CONFIG_FILE);
  return isCurrent || !existsSync(DEFAULT_CONFIG_FILE) ? undefined : DEFAULT_CONFIG_FILE;
}

function topicsBeyond({ topics }: BacktestResult, maxPerDay: number): TestedTopic[] {
  return topics.filter(({ after }) => (after?.estimate.busiest.messages ?? 0) > maxPerDay);
}

/** Returns the cost of all topics; undefined if nothing is sent by SMS, or no month can be estimated. */
function smsCostOf(
  { topics }: BacktestResult,
  numbersOf: (topicId: string) => readonly string[],
  price: number | undefined,
): SmsCost | undefined {
  const loads = topics.flatMap(({ id, after }) => {
    const { month } = after?.estimate ?? {};
    const numbers = numbersOf(id);
    return month && numbers.length > 0 ? [{ parts: month.sms, numbers }] : [];
  });
  return loads.length === 0 ? undefined : smsCost(loads, price);
}

const iso = (ms: number) => new Date(ms).toISOString();

function backtestJson(
  { period, searched, topics }: BacktestResult,
  numbersOf: (topicId: string) => readonly string[],
  cost: SmsCost | undefined,
  exceeding: readonly TestedTopic[],
) {
  return {
    period: { from: iso(period.from), to: iso(period.to) },
    searched,
    topics: topics.map((topic) => {
      const { id, change = null, after, before, added, removed } = topic;
      return {
        id,
        change,
        after: after ? resultJson(after) : null,
        before: before ? resultJson(before) : null,
        ...(added && removed ? { added: differenceJson(added), removed: differenceJson(removed) } : {}),
        smsPartsPerMonth: smsPartsOf(topic, numbersOf(id).length) ?? null,
      };
    }),
    smsCost: cost ? smsCostJson(cost) : null,
    exceeding: exceeding.map(({ id }) => id),
  };
}

function resultJson({ estimate, groupedSince, ...rest }: NonNullable<TestedTopic['after']>) {
  return {
    ...rest,
    groupedSince: groupedSince === undefined ? null : iso(groupedSince),
    estimate: estimateJson(estimate),
  };
}
