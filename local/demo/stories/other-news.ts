import type { StoryEvent } from '../timeline.ts';

/** News that matches no topic, though some of it contains words of the topics. */
export const otherNews: readonly StoryEvent[] = [
  {
    minute: 4,
    outlet: 'gazette',
    act: 'publish',
    slug: 'mount-harrow',
    title: 'Seven reach summit of Mount Harrow in thick fog',
    byline: 'Valley Gazette',
    text: '<p>The climbers, aged 61 to 84, sang on the way down. Reports of a meeting with a goat are disputed.</p>',
  },
  {
    minute: 10,
    outlet: 'herald',
    act: 'publish',
    slug: 'fish-and-chips',
    title: 'Fish & chips “at last” on opera café menu',
    byline: 'Noor Adair',
    text: '<p>The tenors are said to be &lt;delighted&gt;; the wardrobe department, less so.</p>',
  },
  {
    minute: 14,
    outlet: 'gazette',
    act: 'publish',
    slug: 'river-bank',
    title: 'Bank of the Tamsel eroding at twice the usual rate',
    byline: 'Valley Gazette',
    text: '<p>Anglers have lost three benches since Easter and want willows planted.</p>',
  },
  {
    // Contains all watched words of the summit, and the excluded word "climbers".
    minute: 26,
    outlet: 'gazette',
    act: 'publish',
    slug: 'mount-ostrand',
    title: 'Climbers from Tolmark plant flag on summit of Mount Ostrand',
    byline: 'Valley Gazette',
    text: '<p>The mountain is named after a baker, no relation to the president.</p>',
  },
  {
    minute: 36,
    outlet: 'gazette',
    act: 'publish',
    slug: 'choir-found',
    title: 'Mill choir finds its basses, and they are twins',
    byline: 'Valley Gazette',
    text: '<p>Both brought cake.</p>',
  },
  {
    minute: 46,
    outlet: 'herald',
    act: 'publish',
    slug: 'the-desk-is-quiet',
    title: 'The demo newsroom goes quiet; a short second edition follows',
    byline: 'The demo newsroom',
    text: '<p>That was the first edition. The next news comes in about a quarter of an hour of demo time.</p>',
  },
];
