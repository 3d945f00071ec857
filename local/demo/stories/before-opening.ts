import type { StoryEvent } from '../timeline.ts';

/**
 * The items of the feeds at their first poll. That poll puts items of the last 24 hours (minute -1440) into a welcome digest
 * and skips older ones, so there are some of both.
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
      '<p>The first bus from Tolmark crossed the Kessel bridge at dawn, nine years after the crossing closed.</p>' +
      '<p>President Mirela Ostrand called the reopening “a good place to start talks”.</p>',
  },
  {
    minute: -1300,
    outlet: 'herald',
    act: 'publish',
    slug: 'night-tram-trial',
    title: 'Line 4 trams to run all night in month-long trial',
    byline: 'Noor Adair',
    text: '<p>Line 4 will run every 30 minutes between midnight &amp; 5 am until the end of the month.</p>',
  },
  {
    minute: -600,
    outlet: 'herald',
    act: 'publish',
    slug: 'envoys-hint',
    title: 'Ostrand and Veloza envoys break months of silence',
    byline: 'Tomasz Birch',
    text:
      '<p>Envoys of Arvenia and Tolmark spent four hours behind closed doors, and both sides left smiling.</p>' +
      '<p>Neither would rule out talks at a higher level.</p>',
  },
  {
    minute: -4100,
    outlet: 'courier',
    act: 'publish',
    slug: 'last-years-floods',
    title: 'A year after the Ashel floods, 14 of 20 bridges have reopened',
    byline: 'Anaïs Kerr',
    text: '<p>Six bridges over the Ashel remain closed, and the council has money to repair only two of them.</p>',
  },
  {
    minute: -420,
    outlet: 'courier',
    act: 'publish',
    slug: 'storm-odalys-named',
    title: 'Forecasters name late autumn storm Odalys',
    byline: 'Anaïs Kerr',
    text: '<p>Odalys is 300 km off the coast. Seven of nine forecast models keep it at sea; two do not.</p>',
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
    title: 'Tolmark barley harvest falls by a tenth',
    byline: 'Meridian Wire',
    text: '<p>A dry June cost Tolmark about 60,000 tonnes of barley, the growers’ union said.</p>',
  },
  {
    minute: -700,
    outlet: 'wire',
    act: 'publish',
    slug: 'economists-expect-no-change',
    title: 'Economists split on central bank decision',
    byline: 'Meridian Wire',
    text: '<p>Six of eleven economists polled expect Arvenia to raise rates slightly; five expect no change.</p>',
  },
  {
    minute: -300,
    outlet: 'wire',
    act: 'publish',
    slug: 'port-lumen-hotels',
    title: 'Foreign ministry books out both harbour hotels overnight',
    byline: 'Meridian Wire',
    text:
      '<p>Neither hotel would say who is coming.</p>' +
      '<p>Talks between President Ostrand and her counterpart from Tolmark would need about 400 rooms.</p>',
  },
  {
    minute: -3300,
    outlet: 'gazette',
    act: 'publish',
    slug: 'mill-choir',
    title: 'Mill choir seeks two basses',
    byline: 'Valley Gazette',
    text: '<p>No audition is required. A fondness for cake is.</p>',
  },
  {
    minute: -820,
    outlet: 'gazette',
    act: 'publish',
    slug: 'cup-result',
    title: 'Valley Storm beat Harriers 3–1 to reach cup final',
    byline: 'Valley Gazette',
    text: '<p>Fans flooded the pitch after two late goals.</p>',
  },
  {
    minute: -180,
    outlet: 'gazette',
    act: 'publish',
    slug: 'sandbags',
    title: 'Free sandbags at the fire station, ten per household',
    byline: 'Valley Gazette',
    text: '<p>The council is handing them out along the Lower Ashel in case the storm comes this way.</p>',
  },
];
