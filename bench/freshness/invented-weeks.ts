import { seededRandom } from '../../test/helpers/seeded-random.ts';
import type { FeedPublications } from './publications.ts';
import type { RateAt } from './rates.ts';

const HOUR_MS = 3_600_000;

/** Invents publication times with the given rates: independent items, so only the rates can be learned. */
export function inventWeeks(
  rates: ReadonlyMap<string, RateAt>,
  from: number,
  to: number,
  seed = 3,
): FeedPublications[] {
  const random = seededRandom(seed);
  return [...rates].map(([id, rateAt]) => {
    const times: number[] = [];
    for (let hour = from; hour < to; hour += HOUR_MS) {
      const rate = rateAt(hour);
      // The gaps of a Poisson process are exponential.
      const gap = () => (-Math.log(1 - random.fraction()) / rate) * HOUR_MS;
      if (rate > 0)
        for (let time = hour + gap(); time < hour + HOUR_MS; time += gap()) times.push(Math.floor(time));
    }
    return { id, times };
  });
}
