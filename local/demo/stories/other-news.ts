import type { StoryEvent } from '../timeline.ts';

/** News of no watched topic, though some of it shares the topics' words. */
export const otherNews: readonly StoryEvent[] = [
  {
    minute: 4,
    outlet: 'gazette',
    act: 'publish',
    slug: 'mount-harrow',
    title: 'Seven reach the summit of Mount Harrow in thick fog',
    byline: 'Valley Gazette',
    text: '<p>The climbers, aged 61 to 84, sang on the way down. A meeting with a goat is disputed.</p>',
  },
  {
    minute: 10,
    outlet: 'herald',
    act: 'publish',
    slug: 'fish-and-chips',
    title: 'Fish & chips “at last” on the menu of the opera café',
    byline: 'Noor Adair',
    text: '<p>Tenors are said to be &lt;delighted&gt;; the wardrobe department less so.</p>',
  },
  {
    minute: 14,
    outlet: 'gazette',
    act: 'publish',
    slug: 'river-bank',
    title: 'Bank of the Tamsel is wearing away at twice the usual rate',
    byline: 'Valley Gazette',
    text: '<p>Anglers have lost three benches since Easter and ask for willows.</p>',
  },
  {
    // Has every watched word of the summit, and the climbers that rule it out.
    minute: 26,
    outlet: 'gazette',
    act: 'publish',
    slug: 'mount-ostrand',
    title: 'Climbers from Tolmark plant a flag on the summit of Mount Ostrand',
    byline: 'Valley Gazette',
    text: '<p>The mountain is named after a baker, no relation of the president.</p>',
  },
  {
    minute: 36,
    outlet: 'gazette',
    act: 'publish',
    slug: 'choir-found',
    title: 'Mill choir finds its basses: they are twins',
    byline: 'Valley Gazette',
    text: '<p>Both brought cake.</p>',
  },
  {
    minute: 46,
    outlet: 'herald',
    act: 'publish',
    slug: 'the-desk-is-quiet',
    title: 'The demo newsroom is quiet now; a short second edition follows',
    byline: 'The demo newsroom',
    text: '<p>That was the first edition. Nothing will happen for about a quarter of an hour of demo time.</p>',
  },
];
