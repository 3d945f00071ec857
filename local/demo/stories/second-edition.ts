import type { StoryEvent } from '../timeline.ts';

/** News after a pause, which shows that a new story on a topic gets a new alert. */
export const secondEdition: readonly StoryEvent[] = [
  {
    minute: 60,
    outlet: 'herald',
    act: 'publish',
    slug: 'parliament-backs-pact',
    title: 'Tolmark’s parliament backs night train pact by 88 votes to 31',
    byline: 'Tomasz Birch',
    text: '<p>The pact that Ostrand and Veloza agreed at their summit now goes to the railway companies.</p>',
  },
  {
    minute: 62,
    outlet: 'wire',
    act: 'publish',
    slug: 'pact-approved',
    title: 'Tolmark parliament backs night train pact, 88 votes to 31',
    byline: 'Meridian Wire',
    text: '<p>The first night train since the talks between Veloza and Ostrand could run in April.</p>',
  },
  {
    minute: 64,
    outlet: 'gazette',
    act: 'publish',
    slug: 'piano-tuned',
    title: 'Volunteers tune eleven pianos after the Ashel flood',
    byline: 'Valley Gazette',
    text: '<p>One was found up a tree in the next village and needed only two new strings.</p>',
  },
  {
    minute: 66,
    outlet: 'courier',
    act: 'publish',
    slug: 'lighthouse-sold',
    title: 'Lighthouse sold to a family with a goat',
    byline: 'Jonas Quill',
    text: '<p>They say they have had enough of rivers.</p>',
  },
  {
    minute: 68,
    outlet: 'herald',
    act: 'publish',
    slug: 'good-night',
    title: 'Good night from the demo newsroom: that was the last story',
    byline: 'The demo newsroom',
    text: '<p>Stop the demo with Ctrl-C, then add your own feeds and topics to news-alerts.yaml.</p>',
  },
];
