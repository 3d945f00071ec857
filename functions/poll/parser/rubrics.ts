/** A part that this many titles share is a rubric. */
const MIN_TITLES = 3;
/** In a feed with more shared parts, the parts are subjects and not rubrics. */
const MAX_RUBRICS = 2;

const START = /^.{2,40}?(?:: | \| | [–—-] )/u;
const END = /(?: \| | [–—-] )[^|–—]{2,40}$/u;

/**
 * Finds the rubrics of a document: parts that the feed adds to several titles, such as the name of a column or a programme
 * ("24 Hours: …", "… | Evening News"). Returns a function that gives the rubric of a title, if it has one. Two items with
 * the same rubric do not necessarily report the same event.
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
  return [START, END].flatMap((pattern) => pattern.exec(title)?.[0] ?? []);
}
