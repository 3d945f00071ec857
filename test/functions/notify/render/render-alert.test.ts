import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SNSClient } from '@aws-sdk/client-sns';
import sms from 'sms-segments-calculator';
import { describe, expect, it } from 'vitest';
import { renderAlert } from '../../../../functions/notify/render/render-alert.ts';
import { snsChannels } from '../../../../functions/shared/aws/sns-channels.ts';
import type { Alert, AlertEntry, Reason, RenderedAlert } from '../../../../functions/shared/model.ts';
import { whyText } from '../../../../functions/shared/render/alert-email.ts';
import { seededRandom } from '../../../helpers/seeded-random.ts';

const why: readonly Reason[] = [
  { term: 'bridge', field: 'title', snippet: 'Kessel bridge opens after nine years' },
  { term: 'Kessel', field: 'title', snippet: 'Kessel bridge opens after nine years' },
];

function entryOf(fields: Partial<AlertEntry> = {}): AlertEntry {
  return {
    kind: 'new',
    storyId: 'story-1',
    itemId: 'item-1',
    title: 'Kessel bridge opens after nine years',
    summary: 'The mayor cut a ribbon of herring.',
    url: 'https://courier.example/bridge',
    feed: 'The Courier',
    published: '2026-03-01T09:20:00.000Z',
    why,
    ...fields,
  };
}

function alertOf(fields: Partial<Alert> = {}): Alert {
  return {
    id: 'alert-1',
    topicId: 'bridges',
    topicName: 'Bridges',
    kind: 'new',
    entries: [entryOf()],
    ...fields,
  };
}

const ferry = entryOf({
  storyId: 'story-2',
  itemId: 'item-2',
  title: 'Ferry strike enters second week',
  summary: '',
  feed: 'Meridian Wire',
  why: [{ term: 'ferry', field: 'title', snippet: 'Ferry strike enters second week' }],
});

/** The story so far, as entries other than its first report have it. */
const story = { title: 'Kessel bridge opens after nine years', foundAt: '2026-03-01T09:22:00.000Z' };
const shut = entryOf({
  role: 'development',
  story,
  itemId: 'item-3',
  title: 'Storm shuts the crossing',
  summary: 'Waves broke over the piers.',
  url: 'https://herald.example/shut',
  feed: 'The Herald',
  published: '2026-03-01T11:05:00.000Z',
  why: [{ term: 'Kessel', field: 'summary', snippet: 'the crossing at Kessel', found: 'Kessel' }],
});
const stranded = entryOf({
  role: 'development',
  story,
  itemId: 'item-4',
  title: 'Thousands stranded on the islands',
  summary: '',
  url: 'https://wire.example/stranded',
  feed: 'Meridian Wire',
  published: '2026-03-01T11:30:00.000Z',
  why: [],
});
const retold = entryOf({
  role: 'also',
  story,
  itemId: 'item-5',
  title: 'Kessel bridge opens after nine long years',
  url: 'https://weekly.example/1',
  feed: 'Bridge Weekly',
  published: '2026-03-01T10:00:00.000Z',
});
const ferryRetold = entryOf({
  role: 'also',
  storyId: 'story-2',
  story: { title: 'Ferry strike enters second week', foundAt: '2026-02-28T21:00:00.000Z' },
  itemId: 'item-6',
  title: 'Ferry strike: second week begins',
  url: 'https://weekly.example/2',
  feed: 'Bridge Weekly',
});

describe('email', () => {
  it('for a new story', () => {
    expect(renderAlert(alertOf()).email).toBe(`Kessel bridge opens after nine years
The Courier (courier.example), 2026-03-01 09:20 UTC

The mayor cut a ribbon of herring.

https://courier.example/bridge

Why: “bridge”, “Kessel” (title: Kessel bridge opens after nine years)

-- 
You receive this from news-alerts because this address is subscribed to “Bridges”.
To stop these emails, ask whoever runs news-alerts to remove your address.`);
  });

  it('for an edit', () => {
    const entry = entryOf({
      kind: 'update',
      role: 'development',
      story,
      title: 'Kessel bridge closes',
      previousTitle: 'Kessel bridge opens after nine years',
    });
    expect(
      renderAlert(alertOf({ kind: 'follow-up', entries: [entry] })).email,
    ).toBe(`Updated: Kessel bridge closes
Before:  Kessel bridge opens after nine years
The Courier (courier.example), 2026-03-01 09:20 UTC

The mayor cut a ribbon of herring.

https://courier.example/bridge

Why: “bridge”, “Kessel” (title: Kessel bridge opens after nine years)

The story so far: Kessel bridge opens after nine years (first seen 2026-03-01 09:22 UTC)

-- 
You receive this from news-alerts because this address is subscribed to “Bridges”.
For fewer or more follow-ups, ask whoever runs news-alerts to change followUps: in its configuration file.
To stop these emails, ask whoever runs news-alerts to remove your address.`);
  });

  it('for an edit shows what is new, marked, and who else reports the story', () => {
    const { email } = renderAlert(
      alertOf({
        kind: 'follow-up',
        entries: [
          entryOf({
            kind: 'update',
            previousTitle: 'Kessel bridge opens after nine years',
            added: { text: 'Ice shut it again at noon, and ferries too.', words: ['ice', 'noon', 'ferries'] },
            sources: ['Meridian Wire', 'The Herald', 'Lumen Post', 'Bridge Weekly', 'Fog Horn', 'Eel', 'Owl'],
          }),
        ],
      }),
      'Europe/Berlin',
    );
    expect(email.split('\n').slice(0, 4)).toEqual([
      'Updated: Kessel bridge opens after nine years',
      'New:     *Ice* shut it again at *noon*, and *ferries* too.',
      'The Courier (courier.example), 2026-03-01 10:20 CET',
      'Also reported by Meridian Wire, The Herald, Lumen Post, Bridge Weekly, Fog Horn and 2 more',
    ]);
  });

  it('says when an edit was found, since feeds give it the time of the first version', () => {
    const edit = entryOf({
      kind: 'update',
      published: '2026-03-01T09:20:00.000Z',
      foundAt: '2026-03-01T11:05:00.000Z',
    });
    const { email } = renderAlert(alertOf({ kind: 'follow-up', entries: [edit] }), 'Europe/Berlin');
    expect(email).toContain('(courier.example), 2026-03-01 10:20 CET; updated 2026-03-01 12:05 CET\n');
  });

  it('shows times in the reader’s zone, by its clock', () => {
    const at = (published: string, timeZone: string) =>
      renderAlert(alertOf({ entries: [entryOf({ published })] }), timeZone).email.split('\n')[1];
    expect(at('2026-07-01T22:20:00.000Z', 'Europe/Berlin')).toMatch(/, 2026-07-02 00:20 CEST$/);
    expect(at('2026-03-01T09:20:00.000Z', 'America/New_York')).toMatch(/, 2026-03-01 04:20 (EST|GMT-5)$/);
    expect(at('2026-03-01T09:20:00.000Z', 'Asia/Kolkata')).toMatch(/, 2026-03-01 14:50 (IST|GMT\+5:30)$/);
    expect(at('no time', 'UTC')).toBe('The Courier (courier.example)');
  });

  it('shows two lines of a summary', () => {
    const { email } = renderAlert(
      alertOf({ entries: [entryOf({ summary: 'Ribbon of herring. '.repeat(30) })] }),
    );
    const shown = email.split('\n').find((line) => line.startsWith('Ribbon')) ?? '';
    expect(shown.length).toBeGreaterThan(150);
    expect(shown.length).toBeLessThanOrEqual(180);
  });

  it('for a follow-up has the news, other reports, and how the story began', () => {
    expect(
      renderAlert(alertOf({ kind: 'follow-up', entries: [shut, retold, stranded] }), 'Europe/Berlin').email,
    ).toBe(`Storm shuts the crossing
The Herald (herald.example), 2026-03-01 12:05 CET

Waves broke over the piers.

https://herald.example/shut

Why: “Kessel” (summary: the crossing at *Kessel*)

- - -

Thousands stranded on the islands
Meridian Wire (wire.example), 2026-03-01 12:30 CET

https://wire.example/stranded

Also reported:
- Kessel bridge opens after nine long years
  Bridge Weekly (weekly.example), 2026-03-01 11:00 CET
  https://weekly.example/1

The story so far: Kessel bridge opens after nine years (first seen 2026-03-01 10:22 CET)

-- 
You receive this from news-alerts because this address is subscribed to “Bridges”.
For fewer or more follow-ups, ask whoever runs news-alerts to change followUps: in its configuration file.
To stop these emails, ask whoever runs news-alerts to remove your address.`);
  });

  it('for a follow-up of a story too old to be read has the news alone', () => {
    const { story: _story, ...entry } = shut;
    const { email, subject } = renderAlert(alertOf({ kind: 'follow-up', entries: [entry] }));
    expect(email).not.toContain('The story');
    expect(email).toMatch(/^Storm shuts the crossing\n/);
    expect(subject).toBe('Re: Bridges: Storm shuts the crossing');
  });

  it('for a round-up lists retellings story by story', () => {
    expect(
      renderAlert(alertOf({ kind: 'roundup', entries: [retold, ferryRetold] })).email,
    ).toBe(`More reports on stories about “Bridges” that you were already alerted to.

The story so far: Kessel bridge opens after nine years (first seen 2026-03-01 09:22 UTC)

- Kessel bridge opens after nine long years
  Bridge Weekly (weekly.example), 2026-03-01 10:00 UTC
  https://weekly.example/1

----

The story so far: Ferry strike enters second week (first seen 2026-02-28 21:00 UTC)

- Ferry strike: second week begins
  Bridge Weekly (weekly.example), 2026-03-01 09:20 UTC
  https://weekly.example/2

-- 
You receive this from news-alerts because this address is subscribed to “Bridges”.
To stop round-ups, ask whoever runs news-alerts to set roundUp: off in its configuration file.
To stop these emails, ask whoever runs news-alerts to remove your address.`);
  });

  it('for a round-up shows how the story began, developments that were not sent, and other reports', () => {
    const { email } = renderAlert(alertOf({ kind: 'roundup', entries: [retold, shut] }));
    const [, text] = email.split('\n\n----')[0]?.split('alerted to.\n\n') ?? [];
    expect(
      text?.split('\n-- ')[0],
    ).toBe(`The story so far: Kessel bridge opens after nine years (first seen 2026-03-01 09:22 UTC)

Since then: Storm shuts the crossing
The Herald (herald.example), 2026-03-01 11:05 UTC

Waves broke over the piers.

https://herald.example/shut

Why: “Kessel” (summary: the crossing at *Kessel*)

Also reported:
- Kessel bridge opens after nine long years
  Bridge Weekly (weekly.example), 2026-03-01 10:00 UTC
  https://weekly.example/1
`);
  });

  it('for a digest labels developments, puts retellings last, and adds no context to a story that it reports itself', () => {
    const entries = [retold, shut, entryOf({ role: 'first' }), ferryRetold];
    const { email, json } = renderAlert(alertOf({ kind: 'digest', entries }));
    expect(email.match(/^(2 stories|Kessel bridge|Since then|Also reported|- |The story|----).*$/gm)).toEqual(
      [
        '2 stories about “Bridges”.',
        'Kessel bridge opens after nine years',
        'Since then: Storm shuts the crossing',
        'Also reported:',
        '- Kessel bridge opens after nine long years',
        '----',
        'The story so far: Ferry strike enters second week (first seen 2026-02-28 21:00 UTC)',
        '- Ferry strike: second week begins',
      ],
    );
    expect((JSON.parse(json) as Alert).entries.map(({ role }) => role)).toEqual([
      'first',
      'development',
      'also',
      'also',
    ]);
  });

  it('for a digest keeps a story together', () => {
    const update = entryOf({
      kind: 'update',
      title: 'Kessel bridge closes',
      previousTitle: 'Kessel bridge opens',
    });
    const { email, json } = renderAlert(alertOf({ kind: 'digest', entries: [entryOf(), ferry, update] }));
    expect(
      email.split('\n----\n').map((story) => story.match(/^(Updated|Before|\w+ bridge opens|Ferry).*$/gm)),
    ).toEqual([
      [
        'Kessel bridge opens after nine years',
        'Updated: Kessel bridge closes',
        'Before:  Kessel bridge opens',
      ],
      ['Ferry strike enters second week'],
    ]);
    expect((JSON.parse(json) as Alert).entries.map(({ storyId }) => storyId)).toEqual([
      'story-1',
      'story-1',
      'story-2',
    ]);
  });

  it('for a welcome digest', () => {
    expect(
      renderAlert(alertOf({ kind: 'welcome', entries: [ferry] })).email,
    ).toBe(`To begin with, recent news about “Bridges”.

Ferry strike enters second week
Meridian Wire (courier.example), 2026-03-01 09:20 UTC

https://courier.example/bridge

Why: “ferry” (title: Ferry strike enters second week)

-- 
You receive this from news-alerts because this address is subscribed to “Bridges”.
To stop these emails, ask whoever runs news-alerts to remove your address.`);
  });

  it('for a digest', () => {
    const { url: _url, published: _published, ...bare } = ferry;
    expect(
      renderAlert(alertOf({ kind: 'digest', entries: [entryOf(), bare] })).email,
    ).toBe(`2 stories about “Bridges”.

Kessel bridge opens after nine years
The Courier (courier.example), 2026-03-01 09:20 UTC

The mayor cut a ribbon of herring.

https://courier.example/bridge

Why: “bridge”, “Kessel” (title: Kessel bridge opens after nine years)

----

Ferry strike enters second week
Meridian Wire

Why: “ferry” (title: Ferry strike enters second week)

-- 
You receive this from news-alerts because this address is subscribed to “Bridges”.
To stop these emails, ask whoever runs news-alerts to remove your address.`);
  });

  it('omits a summary that only repeats the headline', () => {
    const title = 'Kessel bridge opens';
    const { email } = renderAlert(
      alertOf({ entries: [entryOf({ title, previousTitle: title, summary: title })] }),
    );
    expect(email.split('\n').filter((line) => line.includes(title))).toEqual([
      title,
      expect.stringMatching(/^Why: /),
    ]);
  });

  it('counts stories, not entries: a digest can contain a story and its update', () => {
    const entries = [entryOf(), entryOf({ kind: 'update', previousTitle: 'Kessel bridge to open' })];
    const { email, subject } = renderAlert(alertOf({ kind: 'digest', entries }));
    expect(email).toMatch(/^One story about “Bridges”\.\n/);
    expect(subject).toBe('Bridges: Kessel bridge opens after nine years');
  });
});

describe('whyText', () => {
  it('names three terms and counts the others', () => {
    const reasons = ['a', 'b', 'a', 'c', 'd', 'e'].map((term) => ({
      term,
      field: 'summary',
      snippet: `see ${term}`,
    }));
    expect(whyText(reasons as Reason[])).toBe('“a”, “b”, “c” and 2 more (summary: see a)');
    const found = {
      term: 'flood',
      field: 'title',
      snippet: 'Floods, after floods',
      found: 'Floods',
    } as const;
    expect(whyText([found])).toBe('“flood” (title: *Floods*, after *floods*)');
    expect(whyText([])).toBe('the topic matches without any of its words');
  });

  it('prefers a reason in the own text of an update to one in the title of its live page', () => {
    const page = { term: 'summit', field: 'context', snippet: 'Ostrand summit' } as const;
    const own = { term: 'treaty', field: 'title', snippet: 'Ministers sign treaty' } as const;
    expect(whyText([page, own])).toBe('“summit”, “treaty” (title: Ministers sign treaty)');
    expect(whyText([page])).toBe('“summit” (title of the live page: Ostrand summit)');
  });
});

describe('subject and SMS', () => {
  it.each([
    ['new', [entryOf()], 'Bridges: Kessel bridge opens after nine years'],
    ['roundup', [retold], 'Bridges, 1 more report: Kessel bridge opens after nine long years'],
    ['roundup', [retold, ferryRetold], 'Bridges, 2 more reports: Kessel bridge opens after nine long years'],
    ['digest', [entryOf()], 'Bridges: Kessel bridge opens after nine years'],
    ['digest', [entryOf(), ferry], 'Bridges, 2 stories: Kessel bridge opens after nine years'],
    ['welcome', [ferry, entryOf()], 'Bridges, 2 stories: Ferry strike enters second week'],
  ] as const)('of %s', (kind, entries, start) => {
    const rendered = renderAlert(alertOf({ kind, entries }));
    expect(rendered.subject).toBe(start);
    expect(rendered.sms).toBe(`${start}\n${entries[0].url}`);
  });

  it('of a follow-up: the subject of the story’s first alert, and an SMS with the news', () => {
    const { subject, sms } = renderAlert(alertOf({ kind: 'follow-up', entries: [retold, shut, stranded] }));
    expect(subject).toBe('Re: Bridges: Kessel bridge opens after nine years');
    expect(sms).toBe('Bridges: Storm shuts the crossing\nhttps://herald.example/shut');
  });

  it('of a follow-up: the subject is the first alert’s after "Re: ", so that mail programs keep them together', () => {
    for (let words = 1; words < 20; words++) {
      const title = `${'Kessel bridge opens '.repeat(words)}at last`;
      const alert = renderAlert(alertOf({ entries: [entryOf({ role: 'first', title })] }));
      const followUp = renderAlert(
        alertOf({ kind: 'follow-up', entries: [{ ...shut, story: { ...story, title } }] }),
      );
      expect(followUp.subject).toBe(`Re: ${alert.subject}`);
      expect(followUp.subject.length).toBeLessThan(100);
    }
  });

  it('leave room for the headline beside a very long name', () => {
    const rendered = renderAlert(
      alertOf({ topicName: 'Everything about bridges and what is below them '.repeat(9) }),
    );
    expect(rendered.subject).toBe(
      'Everything about bridges and what is…: Kessel bridge opens after nine years',
    );
    expect(rendered.sms).toBe(
      'Everything about bridges and what is...: Kessel bridge opens after nine years\nhttps://courier.example/bridge',
    );
    expect(rendered.email).toMatch(/subscribed to “Everything .{60,90}…”\.\n/);
  });

  it('cut a long headline at a word', () => {
    const { subject } = renderAlert(
      alertOf({ entries: [entryOf({ title: 'Kessel bridge opens '.repeat(9) })] }),
    );
    expect(subject).toBe(`Bridges: ${'Kessel bridge opens '.repeat(4).trim()}…`);
  });

  it.each([
    [
      'it begins with the headline',
      'Storm tonight',
      'Storm tonight. Ferries stay in port.',
      'Ferries stay in port.',
    ],
    ['it begins with the whole visible headline', 'Storm to…', 'Storm tonight. Stay in.', '…night. Stay in.'],
    ['it is the headline', 'Storm tonight', 'Storm tonight.', ''],
    ['it begins with a longer word', 'Storm', 'Storms close the port.', 'Storms close the port.'],
    ['it begins otherwise', 'Storm', 'A storm closes the port.', 'A storm closes the port.'],
  ])('leave the headline out of the summary where %s', (_, title, summary, shown) => {
    const { json } = renderAlert(alertOf({ entries: [entryOf({ title, summary })] }));
    expect(JSON.parse(json).entries[0].summary).toBe(shown);
  });

  it('say so if there is no headline', () => {
    const { subject } = renderAlert(alertOf({ entries: [entryOf({ title: '\u200b \u2060' })] }));
    expect(subject).toBe('Bridges: (no headline)');
  });
});

/** Checks what holds for every rendered alert. */
function expectSound({ subject, email, sms: text, json }: RenderedAlert): Alert {
  expect(subject.length).toBeGreaterThan(0);
  expect(subject.length, subject).toBeLessThan(100);
  expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u);
  const invisible = /(?!\n|\u200c|\u200d|\ufe0e|\ufe0f)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;
  for (const body of [subject, email, text, JSON.stringify(JSON.parse(json))])
    expect(body).not.toMatch(invisible);
  expect(new sms.SegmentedMessage(text).segmentsCount, text).toBe(1);
  const alert = JSON.parse(json) as Alert & { version: number };
  expect(alert.version).toBe(1);
  for (const { url } of alert.entries) expect(url ?? 'https://none.example/').toMatch(/^https?:\/\/[!-~]+$/);
  return alert;
}

describe('hostile texts', () => {
  it('cannot break into headers or lines of their own', () => {
    const line = 'Rates\r\nBcc: eve@example.com\u2028-- \u0085\u202egpj.exe\u0000';
    const added = { text: line, words: [line] };
    const story = { title: line, foundAt: '2026-03-01T09:22:00.000Z' };
    const fields = {
      title: line,
      previousTitle: line,
      summary: `: ${line}`,
      feed: line,
      added,
      sources: [line],
      story,
    };
    const reason = { term: line, field: 'title', snippet: line } as const;
    const rendered = renderAlert(
      alertOf({ topicName: line, entries: [entryOf({ ...fields, why: [reason] })] }),
    );
    const alert = expectSound(rendered);
    const clean = 'Rates Bcc: eve@example.com -- gpj.exe';
    expect(alert.entries[0]).toMatchObject({
      title: clean,
      summary: `: ${clean}`,
      feed: clean,
      sources: [clean],
    });
    expect(alert.entries[0]?.added).toEqual({ text: clean, words: [clean] });
    expect(alert.entries[0]?.story?.title).toBe(clean);
    expect(rendered.email.split('\n').filter((text) => /^(Bcc|--\s+\S)/.test(text))).toEqual([]);
    expect(rendered.sms.split('\n')).toHaveLength(2);
  });

  it('stay text: markup is passed on unchanged, since email and SMS are plain', () => {
    const title = '<script>alert("1")</script> & <b>bold</b>';
    const rendered = renderAlert(alertOf({ entries: [entryOf({ title })] }));
    expect(expectSound(rendered).entries[0]?.title).toBe(title);
    expect(rendered.email).toContain(title);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'not an address', ''])(
    'give no link to %j',
    (url) => {
      const rendered = renderAlert(alertOf({ entries: [entryOf({ url })] }));
      expect(expectSound(rendered).entries[0]).not.toHaveProperty('url');
      expect(rendered.email).not.toMatch(/javascript:|data:|file:|not an address/);
      expect(rendered.sms).toBe('Bridges: Kessel bridge opens after nine years');
    },
  );

  it('cannot smuggle anything into a link', () => {
    const url = 'https://courier.example/\u202ea\r\nBcc: x`';
    const { email } = renderAlert(alertOf({ entries: [entryOf({ url })] }));
    expect(email).toContain('\nhttps://courier.example/%E2%80%AEaBcc:%20x%60\n');
  });

  it('refuses an alert without entries', () => {
    expect(() => renderAlert(alertOf({ entries: [] }))).toThrow('has no entry');
  });
});

describe('size', () => {
  /** Returns the bytes that SNS counts: the whole message with every protocol’s body, as published. */
  async function publishedBytes(rendered: RenderedAlert): Promise<number> {
    let bytes = 0;
    const client = new SNSClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    client.middlewareStack.add(
      () => async (args) => {
        const input = args.input as { Message: string; Subject: string; MessageAttributes: object };
        const attributes = JSON.stringify(input.MessageAttributes);
        bytes = Buffer.byteLength(input.Message + input.Subject + attributes);
        return { output: { MessageId: 'm-1', $metadata: {} }, response: {} };
      },
      { step: 'initialize' },
    );
    const outcome = await snsChannels(client, 'arn:', 'arn:operations').publish('bridges', rendered, [
      'email',
      'sms',
    ]);
    client.destroy();
    expect(outcome).toEqual({ kind: 'published', messageId: 'm-1' });
    return bytes;
  }

  const LIMIT = 256 * 1024;

  it.each([
    ['quotes', '"'],
    ['ideographs', '選挙'],
    ['emoji', '👩‍👩‍👧'],
  ])('of a digest of 100 maximal entries of %s is below SNS’s 256 KiB', async (_what, text) => {
    const long = text.repeat(700 / text.length);
    const entries = Array.from({ length: 100 }, (_, n) =>
      entryOf({
        kind: 'update',
        storyId: `story-${n}`.padEnd(16, '.'),
        itemId: `item-${n}`.padEnd(16, '.'),
        title: long,
        previousTitle: `${long}!`,
        summary: long,
        feed: long,
        sources: Array.from({ length: 20 }, () => long),
        added: { text: long, words: Array.from({ length: 60 }, () => long) },
        story: { title: long, foundAt: '2026-03-01T09:22:00.000Z' },
        url: `https://courier.example/?q=${long.repeat(3)}`,
        why: Array.from({ length: 8 }, (_, m) => ({ term: `${long}${m}`, field: 'content', snippet: long })),
      }),
    );
    const rendered = renderAlert(alertOf({ kind: 'digest', topicName: long, entries }));
    expect(expectSound(rendered).entries).toHaveLength(100);
    expect(await publishedBytes(rendered)).toBeLessThan(LIMIT);
    expect(rendered.email.slice(0, 20)).toContain('100 stories about “');
    expect(rendered.email.includes('without any of its words')).toBe(false);
  });

  it('shows a hundred entries of usual length in full', async () => {
    const entries = Array.from({ length: 100 }, (_, n) =>
      entryOf({
        storyId: `story-${n}`,
        title: `Kessel bridge opens after nine years of quarrels, part ${n}`,
        summary: 'The mayor cut a ribbon of herring, and all went home. '.repeat(6),
        url: `https://courier.example/2026/03/01/world/kessel-bridge-opens-after-nine-years-${n}.html`,
        why: Array.from({ length: 8 }, (_, m) => ({
          term: `bridge ${m}`,
          field: 'content',
          snippet:
            '…and so the Kessel bridge was opened at last, after nine years of quarrels about herring…',
        })),
      }),
    );
    const rendered = renderAlert(alertOf({ kind: 'digest', entries }));
    expect(await publishedBytes(rendered)).toBeLessThan(LIMIT);
    const alert = expectSound(rendered);
    expect(alert.entries.map(({ title, url }) => [title, url])).toEqual(
      entries.map(({ title, url }) => [title, url]),
    );
    expect(alert.entries[99]?.summary.length).toBeGreaterThan(280);
    expect(alert.entries[99]?.why.length).toBeGreaterThanOrEqual(3);
  });

  it('keeps all eight reasons of a single story', () => {
    const eight = Array.from(
      { length: 8 },
      (_, n) => ({ term: `t${n}`, field: 'title', snippet: 'x' }) as const,
    );
    const alert = expectSound(renderAlert(alertOf({ entries: [entryOf({ why: eight })] })));
    expect(alert.entries[0]?.why).toEqual(eight);
  });

  it('omits an address that does not fit whole', () => {
    const url = `https://courier.example/${'a'.repeat(2_000)}`;
    const alert = expectSound(renderAlert(alertOf({ entries: [entryOf({ url })] })));
    expect(alert.entries[0]).not.toHaveProperty('url');
  });
});

describe('any text', () => {
  const everywhere = (text: string) =>
    alertOf({
      topicName: text || 'x',
      entries: [
        entryOf({
          title: text,
          previousTitle: text,
          summary: text,
          feed: text,
          sources: [text, text],
          added: { text, words: [text, ...text.split(' ')] },
          story: { ...story, title: text },
          url: text,
          why: [{ term: text, field: 'title', snippet: text }],
        }),
      ],
    });

  it('random: never throws, and renders soundly', () => {
    const random = seededRandom(99);
    const anything = () => String.fromCharCode(random.integer(random.pick([0x80, 0x3000, 0x10000])));
    for (let round = 0; round < 60; round++) {
      expectSound(renderAlert(everywhere(Array.from({ length: random.integer(200) }, anything).join(''))));
    }
  });

  it.each([
    '',
    'undefined',
    'null',
    'NaN',
    '-1/0',
    '0x1F',
    '1;DROP TABLE items',
    '$(reboot) `reboot`',
    '%s %d %n {{7*7}} <%= 7 %>',
    '../../etc/passwd\0.txt',
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '&lt;b&gt; &amp;amp; &#x0; &nosuch;',
    '\r\nBcc: eve@example.com\r\n\r\n',
    '\u202eetirw\u202c \u2066x\u2069 \u200f',
    'Z\u0351\u034d\u0322a\u0338\u0300l\u0489g\u0300o',
    '\ufeff\u200b\u00ad\u2060',
    '\ud800 \udfff \ud83d',
    '👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🇪🇺🇪',
    'ﷺ'.repeat(40),
    '田中さん ‏הגשר‎ الجسر ŁÓDŹ İstanbul ß',
    '\u0000\u0007\u001b[31m\u007f\u0085\u2028\u2029',
  ])('as odd as %j: never throws, and is sound', (text) => {
    expectSound(renderAlert(everywhere(text)));
  });

  const naughty = join(import.meta.dirname, '../../../../../shared/data/naughty/blns.json');

  it.skipIf(!existsSync(naughty))(
    'from the big list of naughty strings: never throws, and renders soundly (skipped without ../shared/data/naughty)',
    () => {
      const strings = JSON.parse(readFileSync(naughty, 'utf8')) as string[];
      expect(strings.length).toBeGreaterThan(400);
      for (const text of strings) expectSound(renderAlert(everywhere(text)));
    },
  );
});
