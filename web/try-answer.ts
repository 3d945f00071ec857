import { smsCost, smsNumbers } from '../cli/cost/sms-cost.ts';
import { topicName } from '../cli/init/new-config.ts';
import { type DraftTopic, draftTopic, type SharedSections } from '../config/draft-topic.ts';
import { codeFrame } from '../config/query/code-frame.ts';
import { renderAlert } from '../functions/notify/render/render-alert.ts';
import type { AlertEntry, RenderedAlert, Topic } from '../functions/shared/model.ts';
import type { PageData } from '../local/page-data.ts';
import { type TriedStory, tryQuery } from '../local/past/try-query.ts';
import type { ShownFault, TryAnswer, TryRequest } from './try-view.ts';

const DEFAULT_DAYS = 30;
const MAX_DAYS = 90;
/** Limit on the length of a query, in characters. */
export const MAX_QUERY = 4_000;

export function tryRequestOf(parameters: URLSearchParams): TryRequest {
  const days = Number(parameters.get('days') ?? DEFAULT_DAYS);
  return {
    query: (parameters.get('q') ?? '').slice(0, MAX_QUERY),
    topic: parameters.get('topic') || undefined,
    days: Number.isInteger(days) && days >= 1 && days <= MAX_DAYS ? days : DEFAULT_DAYS,
  };
}

/** Returns what a query would have caught; undefined without a query. Ends early when the signal is aborted. */
export async function tryAnswer(
  data: Pick<PageData, 'past' | 'loaded'>,
  { query, topic: savedId, days }: TryRequest,
  signal: AbortSignal,
): Promise<TryAnswer | undefined> {
  if (query.trim() === '') return undefined;
  const {
    shared,
    config: { topics, timeZone },
  } = data.loaded();
  const { topic, faults } = draftTopic(query, shared);
  if (!topic) return { kind: 'faults', faults: faults.map(shownFault) };
  const past = await data.past();
  if (past.items.length === 0)
    return { kind: 'nothing', detail: 'No news is stored yet. The first polls take about a minute.' };
  const saved = topics.find(({ id, query }) => id === savedId && query);
  const result = await tryQuery({
    topic: saved ? { ...saved, ...(topic.query ? { query: topic.query } : {}) } : topic,
    past,
    before: saved,
    days,
    timeZone: saved?.timeZone ?? timeZone ?? 'UTC',
    signal,
  });
  const { month } = result.estimate;
  const numbers = smsNumbers(data.loaded().subscriptions, topics, savedId);
  const [latest] = result.stories;
  return {
    kind: 'result',
    result,
    ...(month ? { smsCost: smsCost([{ parts: month.sms, numbers }]) } : {}),
    ...(latest
      ? {
          sample: sampleOf(
            saved ?? { ...topic, name: topicName(query) },
            latest,
            saved?.timeZone ?? timeZone,
          ),
        }
      : {}),
  };
}

/** A query for a word that no article has. */
const NOTHING: TryRequest = { query: 'qzxwvjkq', topic: undefined, days: MAX_DAYS };

/** Tries a word that no article has, so that the next query finds the past in memory and the code compiled. */
export async function warmUp(data: Pick<PageData, 'past' | 'loaded'>, signal: AbortSignal): Promise<void> {
  // A past that cannot be read is the first query's fault to show.
  await tryAnswer(data, NOTHING, signal).catch(() => undefined);
}

/** Returns the alert that a story would have been. */
function sampleOf(
  { id, name }: Topic,
  { id: storyId, at, title, url, feed, why, items }: TriedStory,
  timeZone: string | undefined,
): RenderedAlert {
  const time = new Date(at).toISOString();
  const entry: AlertEntry = {
    kind: 'new',
    role: 'first',
    storyId,
    itemId: items[0]?.id ?? storyId,
    title,
    summary: '',
    ...(url === undefined ? {} : { url }),
    feed,
    published: time,
    foundAt: time,
    why,
  };
  return renderAlert({ id: storyId, topicId: id, topicName: name, kind: 'new', entries: [entry] }, timeZone);
}

/** Returns the faults of a query that is not in the file. */
export function queryFaults(query: string, shared: SharedSections): ShownFault[] {
  return query === ''
    ? [{ message: 'expected words to watch for, got nothing', frame: '' }]
    : draftTopic(query, shared).faults.map(shownFault);
}

/** Returns a fault of a query with a mark under its place. */
export function shownFault({ message, suggestion, ...span }: DraftTopic['faults'][number]): ShownFault {
  return { message, frame: codeFrame(span), ...(suggestion === undefined ? {} : { suggestion }) };
}
