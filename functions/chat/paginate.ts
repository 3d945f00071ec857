import { shorten } from '../shared/text/safe-text.ts';
import type { Block } from './alert-document.ts';

/** Makes a message of some blocks. `part`: " (2 of 3)" if there are several messages, '' otherwise. */
type Build<Message> = (blocks: readonly Block[], part: string) => Message;

/** As long as the label of any part. */
const LONGEST_PART = ' (100 of 100)';
/** Characters of a headline that does not fit otherwise. */
const MAX_LAST_RESORT = 100;

/**
 * Returns as few messages as possible with all blocks, in their order. Nothing is left out, since no other message brings it;
 * only a block that fills a message alone loses its least important lines.
 */
export function paginate<Message>(
  blocks: readonly Block[],
  build: Build<Message>,
  fits: (message: Message) => boolean,
): Message[] {
  const whole = build(blocks, '');
  if (fits(whole)) return [whole];
  const fitsTogether = (some: readonly Block[]) => fits(build(some, LONGEST_PART));
  const pages: Block[][] = [[]];
  for (const block of blocks.map((one) => shrink(one, (shrunk) => fitsTogether([shrunk])))) {
    const page = pages.at(-1) ?? [];
    if (page.length === 0 || fitsTogether([...page, block])) page.push(block);
    else pages.push([block]);
  }
  return pages.map((page, n) => build(page, pages.length === 1 ? '' : ` (${n + 1} of ${pages.length})`));
}

/** Removes the lines with the highest ranks until the block fits. */
function shrink(block: Block, fits: (block: Block) => boolean): Block {
  let shrunk = block;
  while (!fits(shrunk)) {
    const highest = Math.max(...shrunk.map(({ rank }) => rank));
    if (highest === 0) return shrunk.map(lastResort);
    shrunk = shrunk.filter(({ rank }) => rank !== highest);
  }
  return shrunk;
}

/** Returns a line without links, and with short texts. */
function lastResort({ rank, spans }: Block[number]): Block[number] {
  return { rank, spans: spans.map(({ text }) => ({ text: shorten(text, MAX_LAST_RESORT) })) };
}
