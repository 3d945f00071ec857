import { outletOf } from '../../functions/notify/outlets.ts';
import { clusterAll, type Member } from '../../functions/notify/story/cluster.ts';
import { STORY_WINDOW_MS } from '../../functions/notify/story/find-story.ts';
import { type Said, signatureOf } from '../../functions/notify/story/signature.ts';
import { countsOf } from '../../functions/notify/story/term-table.ts';
import { groupAsTheyCome } from './group-as-they-come.ts';
import { type ItemLine, itemLines } from './item-lines.ts';

/** As far as items on the hits queue go. */
const MOST_TITLE = 500;
const MOST_SUMMARY = 600;
/** Items without dates are compared with all before them, which takes a while for thousands. */
const PROGRESS = 1_000;

/**
 * `group`: for each item, a line with the story it is of, by the id of the story's first item, once all have come; and, had
 * they come one after the other, whether it would have been a first report, and of which item's story it would have been.
 * They come in the order of their dates where they have such, else as they stand.
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
  const counts = countsOf(ordered.map(({ signature }) => signature));
  const openers = groupAsTheyCome(ordered, counts, STORY_WINDOW_MS, (done) => {
    if (done > 0 && done % PROGRESS === 0) console.error(`${done} of ${ordered.length} items have come`);
  });
  const stories = clusterAll(ordered, counts);
  const storyOf = new Map(ordered.map((item, n) => [item, ordered[stories[n] ?? n]?.id]));
  for (const item of items) {
    const opener = openers.get(item);
    process.stdout.write(
      `${JSON.stringify({ id: item.id, story: storyOf.get(item), told: opener === item, joined: opener?.id })}\n`,
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

function textOf({ title, summary, content, url, source }: ItemLine): Said {
  const feed = source?.title ?? source?.id;
  return {
    title: title.slice(0, MOST_TITLE),
    summary: (summary || content || '').slice(0, MOST_SUMMARY),
    outlet: url || feed ? outletOf(url ?? undefined, feed ?? '') : undefined,
  };
}

function byOrder(a: Dated, b: Dated): number {
  return a.order === b.order ? 0 : a.order - b.order;
}
