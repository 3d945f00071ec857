import type { StoryEvent } from '../timeline.ts';

const title = 'National Bank of Arvenia raises its main rate to 4.25 percent';
const text =
  '<p>The central bank added a quarter of a point, its first rise in two years, by six votes to three.</p>' +
  '<p>Governor Ines Halloran said rates would “stay there for a while”.</p>';

/** One article of an agency, under one address, in two feeds. */
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
