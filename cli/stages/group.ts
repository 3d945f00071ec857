import { type ClusterItem, clusterAll, countOthersAround } from '../../functions/notify/story/cluster.ts';
import { findStory, STORY_WINDOW_MS } from '../../functions/notify/story/find-story.ts';
import { outletOf } from '../../functions/notify/story/outlets.ts';
import { type ItemText, signatureOf, withSignature } from '../../functions/notify/story/signature.ts';
import { countTerms, type TermCounts, TermTable } from '../../functions/notify/story/term-table.ts';
import { type ItemLine, readItemLines } from '../shared/item-lines.ts';

/**
 * Groups items one after another, as notify does. Returns for each item the item that opened its story. A story closes
 * `window` ms after it was opened.
 */
export function groupIncrementally<Item extends ClusterItem>(
  ordered: readonly Item[],
  counts: TermCounts,
  window = STORY_WINDOW_MS,
  onProgress: (done: number) => void = () => undefined,
): Map<Item, Item> {
  const table = new TermTable(counts);
  const othersOf = countOthersAround(ordered, window);
  let open: {
    signatures: readonly string[];
    readonly openedAt: number | undefined;
    readonly opener: Item;
  }[] = [];
  const openers = new Map<Item, Item>();
  for (const [n, item] of ordered.entries()) {
    onProgress(n);
    const { signature, at } = item;
    open = open.filter(
      ({ openedAt }) => at === undefined || openedAt === undefined || at - openedAt <= window,
    );
    const story = findStory(open, table.parse(signature), table, at, othersOf(item))?.story;
    if (story) story.signatures = withSignature(story.signatures, signature);
    else open.push({ signatures: [signature], openedAt: at, opener: item });
    openers.set(item, story?.opener ?? item);
  }
  return openers;
}

/** The same limits as for items on the hits queue. */
const MAX_TITLE = 500;
const MAX_SUMMARY = 600;
/**
 * Interval of the progress report. An item without a date is compared with all items before it, so thousands of items
 * take a while.
 */
const PROGRESS_ITEMS = 1_000;

/**
 * Runs `group`: prints a line for each item. `story` is the id of the first item of its story when all items are grouped
 * together. `told` says whether the item would be a first report if the items arrived one after another, and `joined` is
 * the id of the item whose story it would then join. Items arrive in the order of their dates; an item without a date
 * follows the item before it.
 */
export async function group(options: { readonly items: string }): Promise<void> {
  const items: DatedItem[] = [];
  let fault: unknown;
  try {
    for await (const item of readItemLines(options.items)) items.push(toDatedItem(item, items.at(-1)?.order));
  } catch (error) {
    if (items.length === 0) throw error;
    // Some lines are not valid. The other items are grouped all the same.
    fault = error;
  }
  const ordered = items.toSorted(byOrder);
  const counts = countTerms(ordered.map(({ signature }) => signature));
  const openers = groupIncrementally(ordered, counts, STORY_WINDOW_MS, (done) => {
    if (done > 0 && done % PROGRESS_ITEMS === 0) console.error(`grouped ${done} of ${ordered.length} items`);
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

interface DatedItem extends ClusterItem {
  readonly id: ItemLine['id'];
  /** Sort key, ms; an item without a date has the key of the item before it. */
  readonly order: number;
}

function toDatedItem(item: ItemLine, before = Number.NEGATIVE_INFINITY): DatedItem {
  const { id, published } = item;
  const undated = { id, signature: signatureOf(textOf(item)), order: before };
  if (!published) return undated;
  const at = Date.parse(published);
  if (!Number.isNaN(at)) return { ...undated, at, order: at };
  console.error(`item ${id}: expected a date as published, got ${published}; the item counts as undated`);
  return undated;
}

function textOf({ title, summary, content, url, source }: ItemLine): ItemText {
  const feed = source?.title ?? source?.id;
  return {
    title: title.slice(0, MAX_TITLE),
    summary: (summary || content || '').slice(0, MAX_SUMMARY),
    outlet: url || feed ? outletOf(url ?? undefined, feed ?? '') : undefined,
  };
}

function byOrder(a: DatedItem, b: DatedItem): number {
  return a.order === b.order ? 0 : a.order - b.order;
}
