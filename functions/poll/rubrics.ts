/** In so many titles of a document a part is the feed's own. */
const MIN_TITLES = 3;

const START = /^.{2,40}?(?:: | \| | [–—-] )/u;
const END = /(?: \| | [–—-] )[^|–—]{2,40}$/u;

/**
 * Learns from the titles of a document which parts of them the feed gives to several of its entries, such as the name of a
 * column or a programme ("24 Hours: …", "… | Evening News"). Returns the one that a title has. It says nothing of what
 * happened, so that two items which have it report no more of the same event for that.
 */
export function rubricsOf(titles: readonly string[]): (title: string) => string | undefined {
  const counts = new Map<string, number>();
  for (const title of new Set(titles)) {
    for (const part of partsOf(title)) counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  return (title) => partsOf(title).find((part) => (counts.get(part) ?? 0) >= MIN_TITLES);
}

function partsOf(title: string): string[] {
  return [START, END].flatMap((form) => form.exec(title)?.[0] ?? []);
}
