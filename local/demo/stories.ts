import { beforeOpening } from './stories/before-opening.ts';
import { floods } from './stories/floods.ts';
import { otherNews } from './stories/other-news.ts';
import { ratesDecision } from './stories/rates-decision.ts';
import { secondEdition } from './stories/second-edition.ts';
import { summit } from './stories/summit.ts';
import type { StoryEvent } from './timeline.ts';

/**
 * What happens in the demo: invented people, countries and newspapers.
 * It runs from minute 3 to 46, then the newsroom is quiet until a short second edition, minutes 60 to 68.
 */
export const stories: readonly StoryEvent[] = [
  ...beforeOpening,
  ...summit,
  ...floods,
  ...ratesDecision,
  ...otherNews,
  ...secondEdition,
];
