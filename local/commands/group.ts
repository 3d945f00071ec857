import type { Member } from '../../functions/notify/grouping/comparison.ts';
import { Grouping } from '../../functions/notify/grouping/grouping.ts';
import { settled } from '../../functions/notify/grouping/settled.ts';
import { signatureOf, type Told } from '../../functions/notify/grouping/signature.ts';
import { STORY_WINDOW_MS } from '../../functions/notify/story.ts';
import { type ItemLine, itemLines } from './item-lines.ts';

/** As far as items on the hits queue go. */
const MOST_TITLE = 500;
const MOST_SUMMARY = 600;
/** Items without dates are compared with all before them, which takes minutes for thousands. */
const PROGRESS = 1_000;

/**
 * `group`: for each item, a line with the story it is of, by the id of the story's first item, once all have come; and
 * whether it would have been told, had they come one after the other, in the order of their dates where they have such,
 * else as they stand.
 */
export async function group(options: { readonly items: string }): Promise<void> {
  const items: Dated[] = [];
  let fault: unknown;
  try {
    for await (const item of itemLines(options.items)) items.push(dated(item, items.at(-1)?.order));
  } catch (error) {
    if (items.length === 0) throw error;
    // Lines that are no items: the others are grouped all the same.
    fault = error;
  }
  const ordered = items.toSorted(byOrder);
  const told = toldOf(ordered);
  const stories = settled(ordered, { window: STORY_WINDOW_MS });
  const storyOf = new Map(ordered.map((item, n) => [item, ordered[stories[n] ?? n]?.id]));
  for (const item of items) {
    process.stdout.write(
      `${JSON.stringify({ id: item.id, story: storyOf.get(item), told: told.has(item) })}\n`,
    );
  }
  if (fault !== undefined) throw fault;
}

interface Dated extends Member {
  readonly id: ItemLine['id'];
  /** Its place in time: what has no date comes with what stands before it. */
  readonly order: number;
}

function dated(item: ItemLine, before = Number.NEGATIVE_INFINITY): Dated {
  const { id, published } = item;
  const undated = { id, signature: signatureOf(textOf(item)), order: before };
  if (!published) return undated;
  const at = Date.parse(published);
  if (!Number.isNaN(at)) return { ...undated, at, order: at };
  console.error(`item ${id}: expected published as a date, got ${published}; it counts as undated`);
  return undated;
}

/** Those that open a story as notify finds it, which knows of each what came before, and of when it was opened. */
function toldOf(ordered: readonly Dated[]): Set<Dated> {
  const grouping = new Grouping({ window: STORY_WINDOW_MS });
  const told = new Set<Dated>();
  const openedAt: (number | undefined)[] = [];
  let oldest = 0;
  for (const [n, item] of ordered.entries()) {
    if (n > 0 && n % PROGRESS === 0) console.error(`${n} of ${ordered.length} items have come`);
    for (; isOver(openedAt[oldest], item.at); oldest++) grouping.close(oldest);
    const found = grouping.find(item);
    if (found === undefined) {
      openedAt[grouping.open([item])] = item.at;
      told.add(item);
    } else {
      const at = openedAt[found];
      grouping.join(found, { signature: item.signature, ...(at === undefined ? {} : { at }) });
    }
  }
  return told;
}

function isOver(openedAt: number | undefined, now: number | undefined): boolean {
  return openedAt !== undefined && now !== undefined && now - openedAt > STORY_WINDOW_MS;
}

function textOf({ title, summary, content }: ItemLine): Told {
  return { title: title.slice(0, MOST_TITLE), summary: (summary || content || '').slice(0, MOST_SUMMARY) };
}

function byOrder(a: Dated, b: Dated): number {
  return a.order === b.order ? 0 : a.order - b.order;
}
