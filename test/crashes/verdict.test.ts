import { describe, expect, it } from 'vitest';
import type { OutboxEntry } from '../../local/outbox/outbox-entry.ts';
import type { OpenClaim, RemainingState } from './remaining-state.ts';
import { type ExpectedStory, verdictOn } from './verdict.ts';

const STORY: ExpectedStory = { topicId: 'owls', titles: new Set(['owl seen']) };
const TWO_ITEM_STORY: ExpectedStory = { topicId: 'owls', titles: new Set(['owl seen', 'owl spotted']) };
const NOTHING: RemainingState = { openClaims: [], digestEntries: 0, inFlight: 0, dead: [] };
const INTERRUPTED: OpenClaim = { alertId: 'a', owner: 'one' };

let messages = 0;

interface Fields {
  readonly id?: string;
  readonly title?: string;
  readonly delivered?: readonly ('email' | 'sms')[];
  readonly itemId?: string;
  readonly role?: 'first' | 'also';
  readonly kind?: 'new' | 'digest' | 'roundup';
}

function publish(
  protocols: readonly ('email' | 'sms')[],
  { id = 'a', title = 'owl seen', delivered = protocols, itemId = title, role, kind = 'new' }: Fields = {},
): OutboxEntry {
  return {
    messageId: String(messages++),
    topicArn: 'arn:aws:sns:us-east-1:000000000000:news-alerts-topic-owls',
    at: '2026-03-01T12:00:00.000Z',
    subject: title,
    alert: {
      id,
      topicId: 'owls',
      topicName: 'owls',
      kind,
      entries: [
        {
          kind: 'new',
          ...(role ? { role } : {}),
          storyId: 's',
          itemId,
          title,
          summary: '',
          feed: 'Feed',
          why: [],
        },
      ],
    },
    bodies: { email: '', sms: '' },
    recipients: protocols.length,
    deliveries: delivered.map((protocol) => ({ protocol, endpoint: '', how: 'shown' })),
  };
}

function verdict(
  publishes: readonly OutboxEntry[],
  openClaims: readonly OpenClaim[] = [],
  left = NOTHING,
  story = STORY,
) {
  return verdictOn({ expected: [story], publishes, openClaims, left });
}

const once = publish(['email', 'sms']);
const byEmail = publish(['email']);

describe('finds no fault', () => {
  it('with a story that was sent once by email and SMS', () => {
    expect(verdict([once])).toEqual({
      expected: 1,
      lost: 0,
      duplicates: 0,
      bound: 0,
      smsSkipped: 0,
      faults: [],
    });
  });

  it('with a second email after a kill between the claim and its end', () => {
    expect(verdict([once, byEmail], [INTERRUPTED])).toMatchObject({ duplicates: 1, bound: 1, faults: [] });
  });

  it('without an SMS after a kill between the claim and its end', () => {
    expect(verdict([byEmail], [INTERRUPTED])).toMatchObject({ duplicates: 0, smsSkipped: 1, faults: [] });
  });
});

describe('for a story with two items', () => {
  const listed = publish(['email'], { id: 'b', title: 'owl spotted', role: 'also', kind: 'roundup' });

  it('accepts one alert and a round-up with the other item', () => {
    expect(verdict([once, listed], [], NOTHING, TWO_ITEM_STORY).faults).toEqual([]);
  });

  it('accepts a digest by email with only the other item', () => {
    const digest = publish(['email'], { id: 'b', title: 'owl spotted', role: 'also', kind: 'digest' });
    expect(verdict([once, digest], [], NOTHING, TWO_ITEM_STORY).faults).toEqual([]);
  });

  it('finds two first reports, a lost item, and an item that is listed twice', () => {
    const again = publish(['email', 'sms'], { id: 'c', title: 'owl spotted' });
    expect(verdict([once, again], [], NOTHING, TWO_ITEM_STORY).faults).toEqual([
      'owls received "owl seen" in 2 alerts: a, c',
    ]);
    expect(verdict([once], [], NOTHING, TWO_ITEM_STORY).faults).toEqual([
      'owls never received "owl spotted" by email',
    ]);
    const twice = publish(['email'], { id: 'd', title: 'owl spotted', role: 'also', kind: 'roundup' });
    expect(verdict([once, listed, twice], [], NOTHING, TWO_ITEM_STORY).faults).toEqual([
      'owls owl spotted was listed in 2 messages: b, d',
    ]);
  });
});

describe('finds', () => {
  it.each<
    [
      fault: RegExp,
      publishes: readonly OutboxEntry[],
      openClaims?: readonly OpenClaim[],
      left?: RemainingState,
    ]
  >([
    [/^owls never received "owl seen" by email$/, []],
    [/^owls never received "owl seen" by email$/, [publish(['email', 'sms'], { delivered: ['sms'] })]],
    [/^alert a \(owl seen\) was published 2 times; its claim allowed 1$/, [once, byEmail]],
    // Two kills that find the claim of one attempt open allow one more attempt, not two.
    [/^alert a .* 3 times; its claim allowed 2$/, [once, byEmail, byEmail], [INTERRUPTED, INTERRUPTED]],
    [/^alert a .* was sent 2 times by SMS$/, [once, once], [INTERRUPTED]],
    [/^alert a .* was not sent by SMS, and no kill interrupted it$/, [byEmail]],
    [
      /^alert c contains "fox seen", which does not match owls$/,
      [once, publish(['email', 'sms'], { id: 'c', title: 'fox seen' })],
    ],
    [/^the claim of alert a was never settled$/, [once], [], { ...NOTHING, openClaims: [INTERRUPTED] }],
    [/^3 entries still wait for a digest that is over$/, [once], [], { ...NOTHING, digestEntries: 3 }],
  ])('%s', (fault, publishes, openClaims, left) => {
    expect(verdict(publishes, openClaims, left).faults).toEqual([expect.stringMatching(fault)]);
  });
});
