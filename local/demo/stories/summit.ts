import type { StoryEvent } from '../timeline.ts';

const opening = '<p>Cameras were allowed in for ninety seconds before the doors closed.</p>';

/** A summit that is announced, reported by a rival, begun, corrected and ended: four stories and a correction, not eight alerts. */
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
      'the first time in nine years that leaders of the two countries have sat down together.</p>' +
      '<p>Fishing, trains and the Kessel bridge are on the agenda.</p>',
  },
  {
    // Corrects a typo and the time: nobody wants an alert about this edit.
    minute: 5,
    outlet: 'herald',
    act: 'edit',
    slug: 'summit-announced',
    title: 'Presidents Ostrand and Veloza agree to hold surprise summit in Port Lumen',
    text:
      '<p>Mirela Ostrand of Arvenia and Joaquín Veloza of Tolmark will meet today at 15:00, ' +
      'the first time in nine years that leaders of the two countries have sat down together.</p>' +
      '<p>Fishing, trains and the Kessel bridge are on the agenda.</p>',
  },
  {
    minute: 7,
    outlet: 'courier',
    act: 'publish',
    slug: 'surprise-in-port-lumen',
    title: 'Presidents Ostrand and Veloza agree to surprise summit in Port Lumen, aides say',
    byline: 'Anaïs Kerr',
    text: '<p>Aides on both sides confirmed the plan within the hour, each waiting for the other to go first.</p>',
  },
  {
    minute: 12,
    outlet: 'herald',
    act: 'publish',
    slug: 'talks-begin',
    title: 'Talks begin in Port Lumen as Veloza and Ostrand shake hands on the quay',
    byline: 'Tomasz Birch',
    text: opening,
  },
  {
    // Corrects the place and adds the watched word "summit", so this edit is news.
    minute: 16,
    outlet: 'herald',
    act: 'edit',
    slug: 'talks-begin',
    title: 'Correction: Ostrand–Veloza summit began aboard the ferry Halcyon, not on the quay',
    text:
      '<p><strong>Correction:</strong> Ostrand and Veloza shook hands aboard the ferry <i>Halcyon</i>. ' +
      `An earlier version of this article placed them on the quay in Port Lumen.</p>${opening}`,
  },
  {
    minute: 28,
    outlet: 'courier',
    act: 'publish',
    slug: 'eleven-questions',
    title:
      'From herring quotas and night trains to a bridge, a lighthouse and who pays for the foghorn: ' +
      'the eleven questions that two delegations, nine interpreters and one very patient ferry captain ' +
      'must settle before dinner if Ostrand and Veloza are to leave their meeting with more than a photograph',
    byline: 'Anaïs Kerr',
    text:
      '<p>We read the agenda line by line.</p>' +
      '<ol><li>Herring &amp; cod</li><li>Trains after 22:00</li><li>The Kessel bridge</li></ol>' +
      '<p>The other eight are smaller but harder.</p>',
  },
  {
    minute: 38,
    outlet: 'wire',
    act: 'publish',
    slug: 'joint-statement',
    title: 'Ostrand and Veloza end summit with joint statement on fishing, trains and bridge',
    byline: 'Meridian Wire',
    text:
      '<p>Arvenia and Tolmark will share the herring grounds, run a night train from spring ' +
      'and keep the Kessel bridge open.</p><p>The statement runs to two pages.</p>',
  },
  {
    minute: 41,
    outlet: 'herald',
    act: 'publish',
    slug: 'handshake-and-statement',
    title: 'Ostrand and Veloza close summit with joint statement on trains and fishing',
    byline: 'Tomasz Birch',
    text: '<p>The summit took seven hours and, according to a steward, 212 cups of tea.</p>',
  },
];
