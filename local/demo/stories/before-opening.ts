import type { StoryEvent } from '../timeline.ts';

/**
 * What the feeds hold when they are first polled. A first poll gathers what is younger than 24 hours
 * (minute -1440) into a welcome digest and keeps silent about the rest, so there is some of both.
 */
export const beforeOpening: readonly StoryEvent[] = [
  {
    minute: -2900,
    outlet: 'herald',
    act: 'publish',
    slug: 'kessel-bridge-reopens',
    title: 'Border bridge at Kessel reopens after nine years',
    byline: 'Tomasz Birch',
    text:
      '<p>The first bus from Tolmark crossed the Kessel bridge at dawn, nine years after it was closed.</p>' +
      '<p>President Ostrand called it “a good place to begin talks”.</p>',
  },
  {
    minute: -1300,
    outlet: 'herald',
    act: 'publish',
    slug: 'night-tram-trial',
    title: 'Tram line 4 to run all night, for a trial',
    byline: 'Noor Adair',
    text: '<p>Line 4 will run every 30 minutes between midnight &amp; 5 am until the end of the month.</p>',
  },
  {
    minute: -600,
    outlet: 'herald',
    act: 'publish',
    slug: 'envoys-hint',
    title: 'Envoys of Ostrand and Veloza break months of silence',
    byline: 'Tomasz Birch',
    text:
      '<p>Envoys of Arvenia and Tolmark spent four hours in one room, and both sides left smiling.</p>' +
      '<p>Neither would rule out a meeting of the presidents.</p>',
  },
  {
    minute: -4100,
    outlet: 'courier',
    act: 'publish',
    slug: 'last-years-floods',
    title: 'A year after the Ashel floods, 14 of 20 bridges are back',
    byline: 'Anaïs Kerr',
    text: '<p>Six bridges over the Ashel are still closed, and the council has money for two of them.</p>',
  },
  {
    minute: -420,
    outlet: 'courier',
    act: 'publish',
    slug: 'storm-odalys-named',
    title: 'Forecasters give a late autumn storm the name Odalys',
    byline: 'Anaïs Kerr',
    text: '<p>Odalys is 300 km off the coast. Most models keep it at sea; two of nine do not.</p>',
  },
  {
    minute: -95,
    outlet: 'courier',
    act: 'publish',
    slug: 'lighthouse-for-sale',
    title: 'For sale: one lighthouse, two bedrooms, no neighbours',
    byline: 'Jonas Quill',
    text: '<p>The Cape Sorrel light went dark in spring. Viewings are on Saturdays, <em>weather permitting</em>.</p>',
  },
  {
    minute: -1700,
    outlet: 'wire',
    act: 'publish',
    slug: 'barley-harvest',
    title: 'Barley harvest in Tolmark down by a tenth',
    byline: 'Meridian Wire',
    text: '<p>A dry June cost Tolmark about 60,000 tonnes of barley, the growers’ union said.</p>',
  },
  {
    minute: -700,
    outlet: 'wire',
    act: 'publish',
    slug: 'economists-expect-no-change',
    title: 'Economists split on what the central bank will do',
    byline: 'Meridian Wire',
    text: '<p>Five of eleven economists expect Arvenia to leave rates alone; six expect a small rise.</p>',
  },
  {
    minute: -300,
    outlet: 'wire',
    act: 'publish',
    slug: 'port-lumen-hotels',
    title: 'Hotels on the coast are full, and will not say of whom',
    byline: 'Meridian Wire',
    text:
      '<p>Both large hotels on the harbour were booked overnight by the foreign ministry.</p>' +
      '<p>Talks between President Ostrand and her colleague from Tolmark would need about 400 rooms.</p>',
  },
  {
    minute: -3300,
    outlet: 'gazette',
    act: 'publish',
    slug: 'mill-choir',
    title: 'Mill choir looks for two basses',
    byline: 'Valley Gazette',
    text: '<p>No audition; a liking for cake is enough.</p>',
  },
  {
    minute: -820,
    outlet: 'gazette',
    act: 'publish',
    slug: 'cup-result',
    title: 'Valley Storm beat Harriers 3–1 to reach the cup final',
    byline: 'Valley Gazette',
    text: '<p>Two late goals flooded the pitch with supporters.</p>',
  },
  {
    minute: -180,
    outlet: 'gazette',
    act: 'publish',
    slug: 'sandbags',
    title: 'Free sandbags at the fire station, ten for each household',
    byline: 'Valley Gazette',
    text: '<p>The council is handing them out along the Lower Ashel in case the storm comes this way.</p>',
  },
];
