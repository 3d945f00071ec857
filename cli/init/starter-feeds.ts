import list from './starter-feeds.json' with { type: 'json' };

/** A public feed for somebody who names no address. `init` reads each before it offers it. */
export interface StarterFeed {
  readonly title: string;
  readonly url: string;
  /** ISO 639 code. */
  readonly language: string;
  /** Subjects, and regions where the outlet is. */
  readonly groups: readonly string[];
  /** The last day on which somebody read news in it, UTC. Null if it is only known from public lists of feeds. */
  readonly knownGood: string | null;
}

/** In the order in which `init` writes them. `npm run starter-feeds` reads them and updates the days. */
export const STARTER_FEEDS: readonly StarterFeed[] = list;

/** The group for an empty answer. */
export const DEFAULT_GROUP = 'world';

/** Other words for groups. */
const SYNONYMS: Readonly<Record<string, string>> = {
  usa: 'us',
  america: 'us',
  britain: 'uk',
  england: 'uk',
  technology: 'tech',
};

const languageNames = new Intl.DisplayNames('en', { type: 'language' });

/** Returns the feeds of a region, a subject, or a language by code or English name; none for any other word. */
export function starterFeedsFor(word: string): readonly StarterFeed[] {
  const asked = word.trim().toLowerCase();
  const group = SYNONYMS[asked] ?? asked;
  return STARTER_FEEDS.filter(
    ({ groups, language }) =>
      groups.includes(group) || language === asked || languageNames.of(language)?.toLowerCase() === asked,
  );
}

/** Returns the words for which there are starter feeds: groups, then languages. */
export function starterWords(): string[] {
  const groups = STARTER_FEEDS.flatMap((feed) => feed.groups);
  return [...new Set([...groups, ...STARTER_FEEDS.map(({ language }) => language)])];
}
