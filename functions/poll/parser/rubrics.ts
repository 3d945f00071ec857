/** In so many titles of a document a part is the feed's own, unless it has more such parts: then they say what it is about. */
const MIN_TITLES = 3;
const MAX_RUBRICS = 2;

const START = /^.{2,40}?(?:: | \| | [–—-] )/u;
const END = /(?: \| | [–—-] )[^|–—]{2,40}$/u;

/**
 * Learns from the titles of a document which parts of them the feed gives to several of its entries, such as the name of a
 * column or a programme ("24 Hours: …", "… | Evening News"). Returns the one that a title has. That two
 * items share it is no evidence that they report one event.
 */
export function rubricsOf(titles: readonly string[]): (title: string) => string | undefined {
  const counts = new Map<string, number>();
  for (const title of new Set(titles)) {
    for (const part of partsOf(title)) counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  const rubrics = new Set([...counts].flatMap(([part, count]) => (count >= MIN_TITLES ? [part] : [])));
  return (title) =>
    rubrics.size > MAX_RUBRICS ? undefined : partsOf(title).find((part) => rubrics.has(part));
}

function partsOf(title: string): string[] {
  return [START, END].flatMap((form) => form.exec(title)?.[0] ?? []);
}
