import { type Markup, markup } from '../functions/shared/markup.ts';
import { plural } from '../functions/shared/text/count.ts';
import type { FeedStatus } from '../local/feed-status.ts';
import type { PageMessage, PageStatus } from '../local/page-data.ts';
import { deliveryCounts } from './stories.ts';

interface Stage {
  readonly name: string;
  /** Absent if it is not counted. */
  readonly number?: number | undefined;
  /** Singular and plural. */
  readonly unit: readonly [one: string, many: string];
  /** The queue in front of the stage. */
  readonly queue?: string;
  readonly trouble?: string;
}

/** Returns the pipeline with its numbers since the start, if they are counted, and the messages that wait in each queue. */
export function flow(
  { queues, counts, countedHours, startedAt }: PageStatus,
  feeds: readonly FeedStatus[],
  messages: readonly PageMessage[],
): Markup {
  const since = messages.filter(({ at }) => at >= (startedAt ?? ''));
  const deliveries = deliveryCounts(since);
  const failing = feeds.filter(({ failures }) => failures > 0).length;
  const failed = deliveries.get('failed') ?? 0;
  const number = (one: number) => one.toLocaleString('en');
  const period = countedHours === undefined ? 'since the start' : `in the last ${countedHours} hours`;
  const label = counts ? `The pipeline ${period}` : 'The pipeline';
  const stages: readonly Stage[] = [
    {
      name: 'Feeds',
      number: feeds.length,
      unit: ['watched', 'watched'],
      ...(failing > 0 ? { trouble: `${failing} failing` } : {}),
    },
    {
      name: 'Poll',
      number: counts?.polls,
      unit: countedHours === undefined ? ['poll', 'polls'] : ['poll due', 'polls due'],
      queue: 'feeds',
    },
    { name: 'Match', number: counts?.items, unit: ['new item', 'new items'], queue: 'items' },
    { name: 'Notify', number: counts?.hits, unit: ['match', 'matches'], queue: 'hits' },
    {
      name: 'Alerts',
      number: counts?.alerts,
      unit: ['message', 'messages'],
      ...(failed > 0 ? { trouble: `${failed} not delivered` } : {}),
    },
  ];
  return markup`<ol class="flow" aria-label="${label}">${stages.map(
    ({ name, number: value, unit, queue, trouble }) => {
      const { waiting = 0, dead = 0 } = queues.find((one) => one.name === queue) ?? {};
      const waits = waiting > 0 ? markup` <span class="waits">${number(waiting)} waiting</span>` : '';
      const figure =
        value === undefined
          ? ''
          : markup`<b>${number(value)}</b> <span class="unit">${plural(value, ...unit)}</span>`;
      const deadOnes = dead > 0 ? markup` <span class="trouble">${number(dead)} dead</span>` : '';
      return markup`<li${name === 'Feeds' ? '' : markup` class="next"`}><span class="stage">${name}</span> ${figure}${waits}${deadOnes}${trouble === undefined ? '' : markup` <span class="trouble">${trouble}</span>`}</li>`;
    },
  )}</ol>${counts && countedHours !== undefined ? markup`<p class="quiet">Numbers are those of the last ${String(countedHours)} hours.</p>` : ''}`;
}
