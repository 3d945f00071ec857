import { beforeOpening } from './stories/before-opening.ts';
import { floods } from './stories/floods.ts';
import { otherNews } from './stories/other-news.ts';
import { ratesDecision } from './stories/rates-decision.ts';
import { secondEdition } from './stories/second-edition.ts';
import { summit } from './stories/summit.ts';
import type { StoryEvent } from './timeline.ts';

/**
 * The news of the demo, with invented people, countries and newspapers. The first edition runs from minute 3 to 46, the
 * short second edition from minute 60 to 68.
 */
export const stories: readonly StoryEvent[] = [
  ...beforeOpening,
  ...summit,
  ...floods,
  ...ratesDecision,
  ...otherNews,
  ...secondEdition,
];
