import { Comparison, type ComparisonOptions, type Kept, type Member } from './comparison.ts';
import { averageLinkage } from './linkage.ts';

/** How likely two items of a story must be, on average over all of its pairs, of the same news. */
const ONE_STORY = 0.25;

/**
 * The stories of items that are all known: for each, the place of the first of its story. Unlike stories that are found
 * item by item, they do not depend on which came first.
 */
export function settled(members: readonly Member[], options: ComparisonOptions = {}): number[] {
  const comparison = new Comparison(options);
  const items = members.map((member) => comparison.read(member));
  const places = new Map<Kept, number>();
  for (const [place, item] of items.entries()) {
    comparison.add(item);
    places.set(item, place);
  }
  const likelihoods = items.map((item, place) => {
    const earlier = new Map<number, number>();
    for (const [other, likelihood] of comparison.near(item)) {
      const at = places.get(other) as number;
      if (at < place) earlier.set(at, likelihood);
    }
    return earlier;
  });
  for (const [place, earlier] of likelihoods.entries()) {
    for (const [at, likelihood] of earlier) if (at < place) likelihoods[at]?.set(place, likelihood);
  }
  return averageLinkage(likelihoods, ONE_STORY);
}
