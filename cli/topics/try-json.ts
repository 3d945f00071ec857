import type { Estimate } from '../../local/past/estimate.ts';
import type { Comparison, Difference, TriedStory, TryResult } from '../../local/past/try-query.ts';
import { type SmsCost, smsCostJson } from '../cost/sms-cost.ts';

const iso = (ms: number) => new Date(ms).toISOString();

/** Returns a result as `topics try --json` prints it, with times as ISO texts. */
export function tryJson(query: string, result: TryResult, cost: SmsCost | undefined) {
  const { period, groupedSince, stories, estimate, comparison, ...rest } = result;
  return {
    query,
    period: {
      from: iso(period.from),
      to: iso(period.to),
      pollingSince: iso(period.pollingSince),
    },
    ...rest,
    groupedSince: groupedSince === undefined ? null : iso(groupedSince),
    stories: stories.map(storyJson),
    estimate: estimateJson(estimate),
    smsCost: cost ? smsCostJson(cost) : null,
    ...(comparison ? { comparison: comparisonJson(comparison) } : {}),
  };
}

function storyJson({ at, items, url, ...story }: TriedStory) {
  return {
    ...story,
    at: iso(at),
    url: url ?? null,
    items: items.map((item) => ({ ...item, at: iso(item.at), url: item.url ?? null })),
  };
}

export function estimateJson({ historyMs, month, messages, busiest }: Estimate) {
  return { historyDays: Math.round(historyMs / 864_000) / 100, month: month ?? null, messages, busiest };
}

function comparisonJson({ added, removed, estimate, ...rest }: Comparison) {
  return {
    ...rest,
    estimate: estimateJson(estimate),
    added: differenceJson(added),
    removed: differenceJson(removed),
  };
}

export function differenceJson({ examples, ...rest }: Difference) {
  return { ...rest, examples: examples.map(storyJson) };
}
