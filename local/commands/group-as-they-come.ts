import { type Member, othersAround } from '../../functions/notify/story/cluster.ts';
import { findStory, STORY_WINDOW_MS } from '../../functions/notify/story/find-story.ts';
import { withSignature } from '../../functions/notify/story/signature.ts';
import { type TermCounts, TermTable } from '../../functions/notify/story/term-table.ts';

/**
 * Groups items in the order in which they come, as notify does. Returns for each the item that opened its story. Stories
 * close `window` ms after they opened.
 */
export function groupAsTheyCome<Item extends Member>(
  ordered: readonly Item[],
  counts: TermCounts,
  window = STORY_WINDOW_MS,
  onProgress: (done: number) => void = () => undefined,
): Map<Item, Item> {
  const table = new TermTable(counts);
  const othersOf = othersAround(ordered, window);
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
    const found = findStory(open, table.parse(signature), table, at, othersOf(item))?.story;
    if (found) found.signatures = withSignature(found.signatures, signature);
    else open.push({ signatures: [signature], openedAt: at, opener: item });
    openers.set(item, found?.opener ?? item);
  }
  return openers;
}
