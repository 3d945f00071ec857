import type { StoryEvent } from '../timeline.ts';

const title = 'National Bank of Arvenia raises main rate to 4.25 percent';
const text =
  '<p>The central bank voted six to three for a quarter-point increase, its first in two years.</p>' +
  '<p>Governor Ines Halloran said rates would “stay there for a while”.</p>';

/** An agency's article that appears in two feeds under the same address. */
export const ratesDecision: readonly StoryEvent[] = [
  { minute: 13, outlet: 'wire', act: 'publish', slug: 'rates-up', title, text, byline: 'Meridian Wire' },
  {
    minute: 15,
    outlet: 'courier',
    act: 'publish',
    slug: 'rates-up',
    title,
    text,
    byline: 'Meridian Wire',
    articlePath: '/wire/rates-up',
  },
];
