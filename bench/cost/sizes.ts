import { type Bill, billOf, withoutDelivery } from '../../cli/cost/bill.ts';
import { DELIVERY_MONTH, plus } from '../../cli/cost/delivery-use.ts';
import { MANY_FEEDS, queues, STAGES, stages } from '../../functions/shared/pipeline.ts';
import { assumptions } from './assumptions.ts';
import { chatUseOf } from './chat.ts';
import { type BilledDay, dispatchOnly, standardDay } from './day.ts';
import type { FeedMix } from './feeds.ts';
import { monthOf, scaled } from './month.ts';
import { connectionsOf } from './pollers.ts';

export interface Size {
  readonly feeds: number;
  readonly kind: FeedMix;
  readonly topics: number;
  /** Number of feeds to run, if all would take too long. */
  readonly sample?: number;
  readonly goal: {
    /** Maximum for a month, with the permanent free allowances. */
    readonly dollars: number;
    readonly delivery: 'with delivery' | 'delivery apart';
  };
}

export const SIZES: readonly Size[] = [
  { feeds: 50, kind: 'newspapers', topics: 10, goal: { dollars: 0.5, delivery: 'with delivery' } },
  { feeds: 1_000, kind: 'allKinds', topics: 50, goal: { dollars: 2, delivery: 'delivery apart' } },
  {
    feeds: 100_000,
    kind: 'allKinds',
    topics: 500,
    sample: 1_000,
    goal: { dollars: 300, delivery: 'delivery apart' },
  },
];

export interface Result {
  readonly size: Size;
  readonly day: BilledDay;
  readonly bill: Bill;
  /** The amount to compare with the goal, dollars. */
  readonly reached: number;
  /** The same amount, if Lambda always keeps its initial number of connections open. */
  readonly withAllConnections: number;
  /** Added by a recipient of all topics at a chat service, dollars: without free allowances, and with the permanent ones. */
  readonly chat: { readonly full: number; readonly withFree: number };
}

export async function measure(size: Size): Promise<Result> {
  const day = await dayOf(size);
  const counted = monthOf(day);
  const standard = (counted['sqs-standard'] ?? 0) + savedReceives();
  // Systems with many feeds have a concurrency limit, with which Lambda keeps all connections open.
  const usage = size.feeds < MANY_FEEDS ? counted : { ...counted, 'sqs-standard': standard };
  const bill = billOf(usage);
  const chatUse = plus(DELIVERY_MONTH, await chatUseOf(usage['sns-publish'] ?? 0));
  const reached = (counted: Bill) =>
    (size.goal.delivery === 'with delivery' ? counted : withoutDelivery(counted)).withFree;
  return {
    size,
    day,
    bill,
    reached: reached(bill),
    chat: difference(bill, billOf(plus(usage, chatUse))),
    withAllConnections: reached(billOf({ ...usage, 'sqs-standard': standard })),
  };
}

/** Returns the empty receives saved in a month, because idle queues without a limit are polled less often. */
function savedReceives(): number {
  const { polling, month } = assumptions;
  const saved = STAGES.map((stage) => stages[stage].trigger)
    .filter((trigger) => 'queue' in trigger)
    .map(({ queue, maxConcurrency }) => polling.connections - connectionsOf(queues[queue], maxConcurrency));
  const perConnection = (month.days * 86_400) / polling.wait;
  return saved.reduce((sum, connections) => sum + connections, 0) * perConnection;
}

async function dayOf({ feeds, kind, topics, sample }: Size): Promise<BilledDay> {
  if (sample === undefined) return standardDay({ feeds, kind, topics });
  const factor = feeds / sample;
  const day = await standardDay({ feeds: sample, kind, topics, sample: { topicsWithNews: topics / factor } });
  const dispatch = await dispatchOnly({ feeds, kind, topics });
  return scaled(day, factor, dispatch, assumptions.news.every / 60_000);
}

function difference(before: Bill, after: Bill): Result['chat'] {
  return { full: after.full - before.full, withFree: after.withFree - before.withFree };
}
