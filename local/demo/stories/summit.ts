import type { StoryEvent } from '../timeline.ts';

const opening = '<p>Cameras were allowed in for ninety seconds, and then the doors were shut.</p>';

/** Announced, retold by a rival, begun, corrected, and ended: four stories and one correction, not eight alerts. */
export const summit: readonly StoryEvent[] = [
  {
    minute: 3,
    outlet: 'herald',
    act: 'publish',
    slug: 'summit-announced',
    title: 'Presidents Ostrand and Veloza agree to hold suprise summit in Port Lumen',
    byline: 'Tomasz Birch',
    text:
      '<p>Mirela Ostrand of Arvenia and Joaquín Veloza of Tolmark will meet today at 14:30, ' +
      'the first time in nine years that the two countries’ presidents share a table.</p>' +
      '<p>Fishing, trains and the Kessel bridge are on the agenda.</p>',
  },
  {
    // A typo and a clock time: an edit that nobody wants to be told of.
    minute: 5,
    outlet: 'herald',
    act: 'edit',
    slug: 'summit-announced',
    title: 'Presidents Ostrand and Veloza agree to hold surprise summit in Port Lumen',
    text:
      '<p>Mirela Ostrand of Arvenia and Joaquín Veloza of Tolmark will meet today at 15:00, ' +
      'the first time in nine years that the two countries’ presidents share a table.</p>' +
      '<p>Fishing, trains and the Kessel bridge are on the agenda.</p>',
  },
  {
    minute: 7,
    outlet: 'courier',
    act: 'publish',
    slug: 'surprise-in-port-lumen',
    title: 'Presidents Ostrand and Veloza agree to surprise summit in Port Lumen, aides say',
    byline: 'Anaïs Kerr',
    text: '<p>Aides on both sides confirmed it within the hour; neither wished to be the first to do so.</p>',
  },
  {
    minute: 12,
    outlet: 'herald',
    act: 'publish',
    slug: 'talks-begin',
    title: 'Talks begin in Port Lumen: Veloza and Ostrand shake hands behind a rope',
    byline: 'Tomasz Birch',
    text: opening,
  },
  {
    // The place was wrong, and "summit" is a watched word that was not there before: news.
    minute: 16,
    outlet: 'herald',
    act: 'edit',
    slug: 'talks-begin',
    title: 'Correction: Ostrand–Veloza summit began aboard the ferry Halcyon, not on the quay',
    text:
      '<p><strong>Correction:</strong> Ostrand and Veloza shook hands on the ferry <i>Halcyon</i>. ' +
      `An earlier version placed them on the quay in Port Lumen.</p>${opening}`,
  },
  {
    minute: 28,
    outlet: 'courier',
    act: 'publish',
    slug: 'eleven-questions',
    title:
      'From herring quotas and night trains to a bridge, a lighthouse and who pays for the fog horn: ' +
      'the eleven questions that two delegations, nine interpreters and one very patient ferry captain ' +
      'must settle before dinner if Ostrand and Veloza are to leave their meeting with more than a photograph',
    byline: 'Anaïs Kerr',
    text:
      '<p>We went through the agenda line by line.</p>' +
      '<ol><li>Herring &amp; cod</li><li>Trains after 22:00</li><li>The Kessel bridge</li></ol>' +
      '<p>The other eight are smaller, and harder.</p>',
  },
  {
    minute: 38,
    outlet: 'wire',
    act: 'publish',
    slug: 'joint-statement',
    title: 'Ostrand and Veloza end summit with joint statement on fishing, trains and bridge',
    byline: 'Meridian Wire',
    text:
      '<p>Arvenia and Tolmark will share the herring grounds, run a night train from spring, ' +
      'and keep the Kessel bridge open.</p><p>The statement is two pages long.</p>',
  },
  {
    minute: 41,
    outlet: 'herald',
    act: 'publish',
    slug: 'handshake-and-statement',
    title: 'Ostrand and Veloza end their summit with a joint statement on trains and fishing',
    byline: 'Tomasz Birch',
    text: '<p>It took seven hours and, a steward says, 212 cups of tea.</p>',
  },
];
