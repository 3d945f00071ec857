import type { StoryEvent } from '../timeline.ts';

/** A warning, an evacuation whose number of people is corrected, and the all-clear. */
export const floods: readonly StoryEvent[] = [
  {
    minute: 8,
    outlet: 'wire',
    act: 'publish',
    slug: 'flood-warning',
    title: 'Flood warning for Lower Ashel as Storm Odalys turns inland',
    byline: 'Meridian Wire',
    text: '<p>The river could rise by 2.5 m before nightfall, the water authority said.</p>',
  },
  {
    minute: 18,
    outlet: 'wire',
    act: 'publish',
    slug: 'evacuation',
    title: 'Evacuation ordered for 1,200 people in three Ashel villages',
    byline: 'Meridian Wire',
    text: '<p>Buses are leaving from the church squares. The storm is expected in two hours.</p>',
  },
  {
    minute: 20,
    outlet: 'gazette',
    act: 'publish',
    slug: 'three-villages-leave',
    title: 'Evacuation ordered in three Ashel villages; 1,200 people told to leave',
    byline: 'Valley Gazette',
    text: '<p>Residents should bring medicines, papers and pets. The school gym in Overby is open as a shelter.</p>',
  },
  {
    minute: 22,
    outlet: 'wire',
    act: 'edit',
    slug: 'evacuation',
    title: 'Evacuation ordered for 2,100 people in three Ashel villages',
    text:
      '<p>Buses are leaving from the church squares. The storm is expected in two hours.</p>' +
      '<p>Correction: an earlier version of this article gave the number of people as 1,200.</p>',
  },
  {
    // Has the characters that are expensive in a text message: typographic quotes, dashes, an emoji, accents.
    minute: 24,
    outlet: 'courier',
    act: 'publish',
    slug: 'we-left-the-piano',
    title: '“We left the piano” — Zoë Lindqvist, four children and a goat 🐐 outrun the flood',
    byline: 'Jonas Quill',
    text:
      '<p>The Lindqvists of Ashel Mills had eleven minutes to pack. ' +
      'Zo&euml; counted heads &mdash; “six, if you include the goat” &mdash; and locked the door.</p>' +
      '<blockquote>It is only wood &amp; wire, we told ourselves.</blockquote>',
  },
  {
    // The script tag must arrive as text, never as markup.
    minute: 30,
    outlet: 'herald',
    act: 'publish',
    slug: 'flood-board-prank',
    title: 'Pranksters make Ashel flood sign read <script>alert("Odalys")</script>',
    byline: 'Noor Adair',
    text:
      '<p>The sign on the bridge showed <code>&lt;script&gt;alert("Odalys")&lt;/script&gt;</code> for twenty minutes. ' +
      'The water level beside it was correct, <a href="/herald/night-tram-trial">as always</a>.</p>',
  },
  {
    minute: 33,
    outlet: 'wire',
    act: 'publish',
    slug: 'crest-passes',
    title: 'Ashel crests 20 cm below its dikes; no injuries reported',
    byline: 'Meridian Wire',
    text: '<p>The flood peaked at Overby and is receding. All dikes held.</p>',
  },
  {
    // The agency's article, at its address with the newspaper's tracking parameters.
    minute: 35,
    outlet: 'courier',
    act: 'publish',
    slug: 'crest-passes',
    title: 'Ashel crests 20 cm below its dikes; no injuries reported',
    byline: 'Meridian Wire',
    articlePath: '/wire/crest-passes?utm_source=courier&utm_medium=feed',
    text: '<p>The flood peaked at Overby and is receding. All dikes held.</p>',
  },
  { minute: 40, outlet: 'herald', act: 'remove', slug: 'flood-board-prank' },
  {
    minute: 44,
    outlet: 'courier',
    act: 'publish',
    slug: 'home-by-bedtime',
    title: 'All clear along the Ashel: families can go home tonight',
    byline: 'Jonas Quill',
    text: '<p>The evacuation order has been lifted. The Lindqvists’ piano is dry, but the storm took their henhouse.</p>',
  },
];
