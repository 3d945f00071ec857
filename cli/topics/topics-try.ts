import { describeQueryFault, draftTopic, type SharedSections } from '../../config/draft-topic.ts';
import { codeFrame } from '../../config/query/code-frame.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { Topic } from '../../functions/shared/model.ts';
import { stripControls } from '../../local/console.ts';
import { tryQuery } from '../../local/past/try-query.ts';
import { smsCost, smsNumbers } from '../cost/sms-cost.ts';
import { openPast, type PastLocation } from '../past/open-past.ts';
import { interruptible } from '../shared/interrupt.ts';
import { loadConfigFor } from '../shared/load-config.ts';
import { selectTopics } from '../shared/select-topics.ts';
import { throttleProgress } from '../shared/throttle-progress.ts';
import { UsageError } from '../shared/usage-error.ts';
import { describeTry } from './describe-try.ts';
import { tryJson } from './try-json.ts';

export interface TopicsTryOptions extends PastLocation {
  readonly config: string;
  /** A saved topic to compare with. */
  readonly topic?: string;
  readonly days: number;
  readonly limit: number;
  readonly json: boolean;
  /** Dollars for an SMS part. */
  readonly smsPrice?: number;
}

/** Runs `topics try`: prints what a query would have caught in the past. */
export async function topicsTry(query: string, options: TopicsTryOptions): Promise<void> {
  const loaded = loadConfigFor(options.config, options.stack);
  const { config } = loaded;
  const before =
    options.topic === undefined ? undefined : selectTopics(config.topics, options.topic, options.config)[0];
  if (before && !before.query)
    throw new NewsAlertsError(
      `--topic: expected a topic with a valid query, got ${before.id}; \`news-alerts check\` shows its fault`,
    );
  const topic = topicOf(query, loaded.shared, before);
  const timeZone = topic.timeZone ?? config.timeZone ?? 'UTC';
  await interruptible(async (signal) => {
    const { past, fault } = await openPast(options, loaded, signal);
    const report = throttleProgress(console.error);
    const { days, limit } = options;
    const result = await tryQuery({
      topic,
      past,
      before,
      days,
      limit,
      timeZone,
      signal,
      onProgress: (done, of) => report(`matched ${done} of ${of} items`),
    });
    const { month } = result.estimate;
    const numbers = smsNumbers(loaded.subscriptions, config.topics, options.topic);
    const cost = month && smsCost([{ parts: month.sms, numbers }], options.smsPrice);
    const lines = options.json
      ? [JSON.stringify(tryJson(query, result, cost))]
      : describeTry(result, timeZone, cost);
    for (const line of lines) process.stdout.write(`${stripControls(line)}\n`);
    if (fault !== undefined) throw fault;
  });
}

/**
 * Returns a topic with the query, and the policy of a saved topic or the file's defaults.
 * @throws UsageError that points at the fault in the query
 */
function topicOf(query: string, shared: SharedSections, saved: Topic | undefined): Topic {
  const { topic, faults, warnings } = draftTopic(query, shared);
  if (!topic?.query) throw new UsageError(faults.map(describeQueryFault).join('\n'));
  for (const warning of warnings)
    console.error(`note: ${[warning.message, ...codeFrame(warning).split('\n')].join('\n    ')}`);
  return saved ? { ...saved, query: topic.query } : topic;
}
