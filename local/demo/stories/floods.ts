import type { StoryEvent } from '../timeline.ts';

/** Warning, evacuation with a number put right, and the all-clear. */
export const floods: readonly StoryEvent[] = [
  {
    minute: 8,
    outlet: 'wire',
    act: 'publish',
    slug: 'flood-warning',
    title: 'Flood warning for the Lower Ashel as Storm Odalys turns inland',
    byline: 'Meridian Wire',
    text: '<p>The river may rise by 2.5 m before nightfall, the water office said.</p>',
  },
  {
    minute: 18,
    outlet: 'wire',
    act: 'publish',
    slug: 'evacuation',
    title: 'Evacuation of 1,200 people ordered in three Ashel villages',
    byline: 'Meridian Wire',
    text: '<p>Buses leave from the church squares. The storm is due in two hours.</p>',
  },
  {
    minute: 20,
    outlet: 'gazette',
    act: 'publish',
    slug: 'three-villages-leave',
    title: 'Evacuation ordered in three Ashel villages: 1,200 people to leave',
    byline: 'Valley Gazette',
    text: '<p>Bring medicines, papers and pets. The school gym in Overby is open.</p>',
  },
  {
    minute: 22,
    outlet: 'wire',
    act: 'edit',
    slug: 'evacuation',
    title: 'Evacuation of 2,100 people ordered in three Ashel villages',
    text:
      '<p>Buses leave from the church squares. The storm is due in two hours.</p>' +
      '<p>Corrects the number of people, which was given as 1,200.</p>',
  },
  {
    // Everything that a text message cannot carry cheaply: typographic quotes, dashes, an emoji, accents.
    minute: 24,
    outlet: 'courier',
    act: 'publish',
    slug: 'we-left-the-piano',
    title: '“We left the piano” — Zoë Lindqvist, four children and a goat 🐐 outrun the flood',
    byline: 'Jonas Quill',
    text:
      '<p>The Lindqvists of Ashel Mills needed eleven minutes to pack. ' +
      'Zo&euml; counted heads &mdash; “six, if you include the goat” &mdash; and locked the door.</p>' +
      '<blockquote>It is only water &amp; wood, we said.</blockquote>',
  },
  {
    // What the prank says must arrive as words, never as markup.
    minute: 30,
    outlet: 'herald',
    act: 'publish',
    slug: 'flood-board-prank',
    title: 'Flood board on the Ashel bridge made to read <script>alert("Odalys")</script>',
    byline: 'Noor Adair',
    text:
      '<p>The sign showed <code>&lt;script&gt;alert("Odalys")&lt;/script&gt;</code> for twenty minutes. ' +
      'The water level beside it was right, <a href="/herald/night-tram-trial">as ever</a>.</p>',
  },
  {
    minute: 33,
    outlet: 'wire',
    act: 'publish',
    slug: 'crest-passes',
    title: 'Ashel crests 20 cm below its dikes; no one hurt',
    byline: 'Meridian Wire',
    text: '<p>The flood passed Overby at its highest and is falling. All dikes held.</p>',
  },
  {
    // The agency's article with the newspaper's tracking parameters on its address.
    minute: 35,
    outlet: 'courier',
    act: 'publish',
    slug: 'crest-passes',
    title: 'Ashel crests 20 cm below its dikes; no one hurt',
    byline: 'Meridian Wire',
    articlePath: '/wire/crest-passes?utm_source=courier&utm_medium=feed',
    text: '<p>The flood passed Overby at its highest and is falling. All dikes held.</p>',
  },
  { minute: 40, outlet: 'herald', act: 'remove', slug: 'flood-board-prank' },
  {
    minute: 44,
    outlet: 'courier',
    act: 'publish',
    slug: 'home-by-bedtime',
    title: 'All clear along the Ashel: families may go home tonight',
    byline: 'Jonas Quill',
    text: '<p>The evacuation is lifted. The Lindqvists’ piano is dry; the storm took their henhouse.</p>',
  },
];
