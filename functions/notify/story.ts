import type { Story } from '../shared/store/stories.ts';
import { isAlone, words } from '../shared/text/words.ts';
import { Grouping } from './grouping/grouping.ts';
import { Readings } from './grouping/readings.ts';
import { signatureOf } from './grouping/signature.ts';

/** Items that come later than this after a story opened open one of their own. */
export const STORY_WINDOW_MS = 3 * 86_400_000;

/** Of stories without signatures: share of significant title words, of all that two titles have, that makes them one. */
const SAME_STORY = 0.5;
/** Below this many shared words the share says nothing. */
const LEAST_SHARED = 3;

/** The last of them: what an item is compared with must stay within a function's time and memory. */
const MOST_COMPARED = 500;

interface Arriving {
  readonly id: string;
  readonly title: string;
  readonly summary?: string;
  /** When it was published or found, ms. */
  readonly at?: number;
  /** What topics look for: always the same list for a configuration. */
  readonly terms?: readonly string[];
}

/**
 * The story that an item belongs to: the one that holds it, or the one that most likely tells the same news. Stories of
 * a release that kept no signatures are known by their titles alone.
 */
export function findStory(stories: readonly Story[], item: Arriving): Story | undefined {
  const holding = stories.find(({ itemIds }) => itemIds.includes(item.id));
  if (holding) return holding;
  const isSigned = ({ signatures = [] }: Story) => signatures.length > 0;
  return (
    bySignature(stories.filter(isSigned).slice(-MOST_COMPARED), item) ??
    byTitle(
      stories.filter((story) => !isSigned(story)),
      item,
    )
  );
}

function bySignature(
  stories: readonly Story[],
  { title, summary = '', at, terms = [] }: Arriving,
): Story | undefined {
  if (stories.length === 0) return undefined;
  const grouping = new Grouping({ window: STORY_WINDOW_MS, readings: readingsFor(terms) });
  for (const { signatures = [], openedAt } of stories) {
    grouping.open(signatures.map((signature) => ({ signature, at: Date.parse(openedAt) })));
  }
  const signature = signatureOf({ title, summary });
  const found = grouping.find(at === undefined ? { signature } : { signature, at });
  return found === undefined ? undefined : stories[found];
}

const known = new WeakMap<readonly string[], Readings>();

/** What was read of the stories before; by what topics look for, which a configuration has once. */
function readingsFor(terms: readonly string[]): Readings {
  const readings = known.get(terms) ?? new Readings(terms);
  known.set(terms, readings);
  readings.trim();
  return readings;
}

function byTitle(stories: readonly Story[], item: Arriving): Story | undefined {
  let best: { story: Story; likeness: number } | undefined;
  for (const story of stories) {
    const likeness = titleLikeness(story.title, item.title);
    if (likeness >= SAME_STORY && likeness > (best?.likeness ?? 0)) best = { story, likeness };
  }
  return best?.story;
}

/**
 * Jaccard similarity of the significant words of two titles, from 0 to 1. Titles that are alike but for their numbers
 * ("Magnitude 5.1 …", "Magnitude 6.3 …") tell different news.
 */
export function titleLikeness(a: string, b: string): number {
  const [left, right] = [significant(a), significant(b)];
  const shared = [...left].filter((word) => right.has(word));
  if (shared.length < LEAST_SHARED) return 0;
  if (!sameNumbers(left, right)) return 0;
  return shared.length / new Set([...left, ...right]).size;
}

const NUMBER = /^\p{N}+$/u;

function significant(title: string): Set<string> {
  return new Set(words(title).filter((word) => word.length >= 3 || NUMBER.test(word) || isAlone(word)));
}

/** One may leave numbers out; but 5.1 and 5.4, or 12 July and 12 August 2019, are not the same for the part they share. */
function sameNumbers(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const numbers = (set: ReadonlySet<string>) => [...set].filter((word) => NUMBER.test(word));
  return numbers(a).every((number) => b.has(number)) || numbers(b).every((number) => a.has(number));
}
