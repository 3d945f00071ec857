import { describe, expect, it } from 'vitest';
import { type LoadedConfig, parseConfig } from '../../config/load.ts';
import { DEFAULT_FOLLOW_UPS, DEFAULT_SMS_FOLLOW_UPS } from '../../functions/shared/default-follow-ups.ts';

const HOUR = 3_600_000;
const TOPICS = 'topics: [{ id: rates, match: rate }]';
const load = (text: string): LoadedConfig => parseConfig(text, 'news.yaml', {});
const feedIds = (...feeds: string[]) =>
  load(`${TOPICS}\nfeeds: [${feeds.join(', ')}]`).config.feeds.map(({ id }) => id);

describe('defaults', () => {
  it('apply when the file sets nothing', () => {
    const { config } = load(`${TOPICS}\nfeeds: ["https://www.feeds.test/rss"]`);
    expect(config).toEqual({
      version: expect.stringMatching(/^[0-9a-f]{16}$/),
      feeds: [
        {
          id: 'www-feeds-test-rss',
          url: 'https://www.feeds.test/rss',
          title: 'feeds.test',
          untitled: true,
          every: 300_000,
          everyAtMost: 1_200_000,
          offset: expect.any(Number),
          tags: [],
          enabled: true,
        },
      ],
      topics: [
        {
          id: 'rates',
          name: 'rates',
          query: { term: { text: 'rate' } },
          deliver: { mode: 'now' },
          atMost: { hour: 30, day: 200, timeZone: 'UTC', byDefault: true },
          followUps: { mode: 'calm', every: 2 * HOUR, everyAtMost: 8 * HOUR },
          roundUp: { hour: 18, minute: 0, timeZone: 'UTC' },
        },
      ],
      firstPoll: 86_400_000,
      onAmbiguous: { email: 'resend', sms: 'skip' },
    });
  });

  it('in the file apply to entries without their own settings', () => {
    const { config } = load(`defaults:
  every: 1h
  firstPoll: 0m
  followUps: off
  roundUp: daily at 09:30
  deliver: daily at 07:05
  timezone: Asia/Tokyo
  onAmbiguous: { sms: resend }
feeds:
  - https://a.test/
  - { url: "https://b.test/", every: 1.5h, title: B, tags: [x], enabled: false }
topics:
  - { id: a, match: x }
  - { id: b, match: x, name: Bees, followUps: all, roundUp: off, deliver: hourly }
`);
    expect(config.feeds.map(({ every, everyAtMost }) => [every, everyAtMost])).toEqual([
      [3_600_000, 3_600_000],
      [5_400_000, 5_400_000],
    ]);
    expect(config.feeds[1]).toMatchObject({ title: 'B', tags: ['x'], enabled: false });
    expect(config.firstPoll).toBe(0);
    expect(config.onAmbiguous).toEqual({ email: 'resend', sms: 'resend' });
    expect(config.timeZone).toBe('Asia/Tokyo');
    const daily = { mode: 'daily', hour: 7, minute: 5, timeZone: 'Asia/Tokyo' };
    const roundUp = { hour: 9, minute: 30, timeZone: 'Asia/Tokyo' };
    expect(config.topics).toMatchObject([
      { name: 'a', followUps: { mode: 'off' }, roundUp, deliver: daily },
      { name: 'Bees', followUps: { mode: 'all' }, deliver: { mode: 'hourly', timeZone: 'Asia/Tokyo' } },
    ]);
    expect(config.topics[1]?.roundUp).toBeUndefined();
  });
});

/** Returns the only topic of a file, without its id, name and query. */
function topicOf(topic: string, defaults = '') {
  const [one] = load(`${defaults}\ntopics:\n  - { id: a, match: x, ${topic} }\n`).config.topics;
  const { id: _id, name: _name, query: _query, ...policy } = one ?? ({} as never);
  return policy;
}

describe('delivery', () => {
  const policyOf = (topic: string, defaults = '') => {
    const { followUps: _followUps, roundUp: _roundUp, ...policy } = topicOf(topic, defaults);
    if (!policy.sms) return policy;
    const { followUps: _smsFollowUps, ...sms } = policy.sms;
    return { ...policy, sms };
  };
  const FROM_TEN = { hours: [{ from: { hour: 22, minute: 0 }, to: { hour: 7, minute: 5 } }] };

  const DEFAULT_CAPS = { atMost: { hour: 30, day: 200, timeZone: 'UTC', byDefault: true } };

  it('is at once, at any hour, by default', () => {
    expect(policyOf('')).toEqual({ deliver: { mode: 'now' }, ...DEFAULT_CAPS });
    expect(policyOf('atMost: off')).toEqual({ deliver: { mode: 'now' } });
    expect(policyOf('', 'defaults: { atMost: off }')).toEqual({ deliver: { mode: 'now' } });
    expect(policyOf('deliver: hourly')).toEqual({ deliver: { mode: 'hourly', timeZone: 'UTC' } });
  });

  it('may be weekly, in the topic’s time zone', () => {
    expect(policyOf('deliver: weekly on sunday at 08:15, timezone: Asia/Kolkata')).toEqual({
      deliver: { mode: 'weekly', weekday: 7, hour: 8, minute: 15, timeZone: 'Asia/Kolkata' },
      timeZone: 'Asia/Kolkata',
    });
  });

  it('uses the time zone of the topic or the defaults for quiet hours and caps', () => {
    const defaults = 'defaults: { timezone: Europe/Berlin, quiet: 22:00 to 07:05 }';
    expect(policyOf('atMost: { hour: 5 }', defaults)).toEqual({
      deliver: { mode: 'now' },
      quiet: { ...FROM_TEN, timeZone: 'Europe/Berlin' },
      atMost: { hour: 5, timeZone: 'Europe/Berlin' },
    });
    expect(policyOf('timezone: UTC', defaults).quiet).toEqual({ ...FROM_TEN, timeZone: 'UTC' });
    expect(policyOf('quiet: off', defaults).quiet).toBeUndefined();
  });

  it('sets the topic’s own time zone for times in emails', () => {
    const defaults = 'defaults: { timezone: Europe/Berlin }';
    expect(policyOf('timezone: Asia/Kolkata', defaults).timeZone).toBe('Asia/Kolkata');
    expect(policyOf('', defaults).timeZone).toBeUndefined();
  });

  it('takes caps from the map of a protocol, then from the topic, then from the defaults', () => {
    const defaults = 'defaults: { timezone: Europe/Berlin, atMost: { hour: 5 } }';
    const berlin = { timeZone: 'Europe/Berlin' };
    expect(policyOf('', defaults).atMost).toEqual({ hour: 5, ...berlin });
    expect(policyOf('atMost: { day: 9 }', defaults).atMost).toEqual({ day: 9, ...berlin });
    expect(policyOf('atMost: off', defaults).atMost).toBeUndefined();
    const sms = policyOf('sms: { atMost: off }', defaults);
    expect(sms.atMost).toEqual({ hour: 5, ...berlin });
    expect(sms.sms?.atMost).toBeUndefined();
    expect(policyOf('sms: { minSources: 2 }', defaults).sms?.atMost).toEqual({ hour: 5, ...berlin });
  });

  it('may have several quiet hours, on some days only', () => {
    const hours = [
      '22:00 to 07:05',
      '00:00 to 09:00 on saturday and sunday',
      '20:00 to 22:00 on friday to monday',
    ];
    const nine = { from: { hour: 0, minute: 0 }, to: { hour: 9, minute: 0 } };
    const eight = { from: { hour: 20, minute: 0 }, to: { hour: 22, minute: 0 } };
    expect(policyOf(`quiet: [${hours}]`).quiet).toEqual({
      hours: [...FROM_TEN.hours, { ...nine, days: [6, 7] }, { ...eight, days: [5, 6, 7, 1] }],
      timeZone: 'UTC',
    });
    expect(policyOf('quiet: 00:00 to 09:00 on monday').quiet?.hours).toEqual([{ ...nine, days: [1] }]);
  });

  it('may differ by protocol; the settings of the topic fill in the rest', () => {
    const hourly = { deliver: { mode: 'hourly', timeZone: 'UTC' } };
    expect(policyOf('sms: { minSources: 2, deliver: hourly }')).toEqual({
      deliver: { mode: 'now' },
      ...DEFAULT_CAPS,
      sms: { minSources: 2, ...hourly },
    });
    expect(policyOf('email: { deliver: hourly }, atMost: { day: 3 }')).toEqual({
      ...hourly,
      atMost: { day: 3, timeZone: 'UTC' },
      sms: { minSources: 1, deliver: { mode: 'now' }, atMost: { day: 3, timeZone: 'UTC' } },
    });
    const quiet = 'defaults: { quiet: 22:00 to 07:05 }';
    expect(policyOf('sms: { quiet: off }', quiet)).toMatchObject({ quiet: FROM_TEN, sms: { minSources: 1 } });
    expect(policyOf('sms: { quiet: off }', quiet).sms?.quiet).toBeUndefined();
  });
});

describe('follow-ups', () => {
  const followUps = (topic: string, defaults = '') => topicOf(topic, `defaults: { ${defaults} }`).followUps;
  const smsFollowUps = (topic: string, defaults = '') =>
    topicOf(topic, `defaults: { ${defaults} }`).sms?.followUps;

  it.each(['calm', 'all', 'urgent', 'off'] as const)('%s has the default intervals', (mode) => {
    expect(followUps(`followUps: ${mode}`)).toEqual({ ...DEFAULT_FOLLOW_UPS, mode });
  });

  it.each([
    ['{ every: 1h to 4h }', 'calm', 1, 4],
    ['{ every: 90m }', 'calm', 1.5, 1.5],
    ['{ mode: all }', 'all', 2, 8],
    ['{ mode: calm, every: 10m to 24h }', 'calm', 1 / 6, 24],
    ['{}', 'calm', 2, 8],
  ])('%s: %s, %d to %d hours', (text, mode, every, everyAtMost) => {
    expect(followUps(`followUps: ${text}`)).toEqual({
      mode,
      every: every * HOUR,
      everyAtMost: everyAtMost * HOUR,
    });
  });

  it('come from the map for email, then from the topic, then from the defaults', () => {
    const defaults = 'followUps: { every: 1h }';
    expect(followUps('', defaults)).toEqual({ mode: 'calm', every: HOUR, everyAtMost: HOUR });
    expect(followUps('followUps: calm', defaults)).toEqual(DEFAULT_FOLLOW_UPS);
    expect(followUps('followUps: off, email: { followUps: all }', defaults).mode).toBe('all');
    expect(followUps('followUps: off, email: { deliver: hourly }', defaults).mode).toBe('off');
  });

  it('are urgent by SMS, unless the map for SMS sets them', () => {
    expect(DEFAULT_SMS_FOLLOW_UPS).toEqual({ mode: 'urgent', every: 2 * HOUR, everyAtMost: 8 * HOUR });
    expect(smsFollowUps('followUps: all, sms: { minSources: 2 }', 'followUps: off')).toEqual(
      DEFAULT_SMS_FOLLOW_UPS,
    );
    expect(smsFollowUps('updates: all, email: { followUps: all }')).toEqual(DEFAULT_SMS_FOLLOW_UPS);
    expect(smsFollowUps('sms: { followUps: { every: 4h } }')).toEqual({
      mode: 'calm',
      every: 4 * HOUR,
      everyAtMost: 4 * HOUR,
    });
    expect(followUps('sms: { followUps: all }')).toEqual(DEFAULT_FOLLOW_UPS);
    expect(topicOf('followUps: all').sms).toBeUndefined();
  });

  it.each([
    ['off', 'off'],
    ['material', 'calm'],
    ['all', 'all'],
  ])('updates: %s is read as followUps: %s', (old, mode) => {
    expect(followUps(`updates: ${old}`)).toEqual({ ...DEFAULT_FOLLOW_UPS, mode });
    expect(followUps('', `updates: ${old}`)).toEqual({ ...DEFAULT_FOLLOW_UPS, mode });
  });

  it('of the topic override those of the defaults, by either name', () => {
    expect(followUps('updates: all', 'followUps: off').mode).toBe('all');
    expect(followUps('followUps: urgent', 'updates: off').mode).toBe('urgent');
  });
});

it('the round-up uses the topic’s time zone, and the topic’s time overrides that of the defaults', () => {
  const defaults = 'defaults: { timezone: Europe/Berlin, roundUp: daily at 07:30 }';
  expect(topicOf('', defaults).roundUp).toEqual({ hour: 7, minute: 30, timeZone: 'Europe/Berlin' });
  expect(topicOf('timezone: Asia/Kolkata, roundUp: daily at 20:05', defaults).roundUp).toEqual({
    hour: 20,
    minute: 5,
    timeZone: 'Asia/Kolkata',
  });
  expect(topicOf('roundUp: off', defaults).roundUp).toBeUndefined();
  expect(topicOf('', 'defaults: { roundUp: off }').roundUp).toBeUndefined();
});

it('the mail of people who choose one a day has a time in the file’s zone, unless it is off', () => {
  const digestOf = (signup: string, more = '') =>
    load(`${TOPICS}\nsignup: ${signup}\n${more}`).config.signup?.digest;
  const berlin = 'defaults: { timezone: Europe/Berlin }';
  expect(digestOf('enabled')).toEqual({ hour: 8, minute: 0, timeZone: 'UTC' });
  expect(digestOf('{ sms: ["+1"] }', berlin)).toEqual({ hour: 8, minute: 0, timeZone: 'Europe/Berlin' });
  expect(digestOf('{ digest: daily at 18:30 }', berlin)).toEqual({
    hour: 18,
    minute: 30,
    timeZone: 'Europe/Berlin',
  });
  expect(digestOf('{ digest: off }')).toBeUndefined();
  expect(() => digestOf('{ digest: 8am }')).toThrow('did you mean digest: daily at 08:00?');
  expect(() => digestOf('{ digest: hourly }')).toThrow(
    'expected daily at HH:MM (from 00:00 to 23:59), or off',
  );
  expect(() => digestOf('{ daily: at 8 }')).toThrow('digest');
});

it('counts the SMS recipients of each topic when SMS parts are limited', () => {
  const text = `topics: [{ id: a, match: x }, { id: b, match: x }]
recipients:
  - { sms: "+4930123456", email: ann@mail.org }
  - { sms: "+4930123457", topics: [a] }
  - { sms: "+12025550123" }
`;
  expect(load(text).config.smsParts).toEqual({ month: 2_000, recipients: { a: 2, b: 1 } });
  expect(load(`defaults: { smsParts: off }\n${text}`).config.smsParts).toBeUndefined();
  expect(
    load(text.replaceAll(/sms: "[^"]*",? ?/g, '').replace(/.*- \{ *(topics.*)?\}\n/g, '')).config.smsParts,
  ).toBeUndefined();
  expect(load(text).config.sms).toBeUndefined();
  expect(load(`defaults: { sms: { type: promotional, sender: NEWS1 } }\n${text}`).config.sms).toEqual({
    type: 'promotional',
    sender: 'NEWS1',
  });
  const limited = load(`defaults: { smsParts: { month: 500 } }\n${text}`);
  expect(limited.config.smsParts).toEqual({ month: 500, recipients: { a: 2, b: 1 } });
  expect(limited.warnings.filter((warning) => warning.includes('only SMS recipients'))).toEqual([]);
  const alone = load(`defaults: { smsParts: { month: 500 } }\n${text.replace(', email: ann@mail.org', '')}`);
  const unwritten = load(text.replace(', email: ann@mail.org', ''));
  expect(unwritten.warnings.filter((warning) => warning.includes('only SMS recipients'))).toEqual([]);
  expect(alone.warnings).toContain(
    "a has only SMS recipients: once the month's smsParts are used up, nobody receives its alerts",
  );
});

describe('version', () => {
  const version = (text: string) => load(text).config.version;

  it('changes only with settings that affect the stages', () => {
    const before = version(TOPICS);
    expect(version(`# a comment\n${TOPICS}\nrecipients: [{ email: ann@mail.org }]`)).toBe(before);
    expect(version('topics: [{ id: rates, match: rates }]')).not.toBe(before);
    expect(version(`${TOPICS}\nfeeds: ["https://a.test/"]`)).not.toBe(before);
    expect(version(`${TOPICS}\ndefaults: { firstPoll: 1h }`)).not.toBe(before);
  });
});

describe('feed ids', () => {
  it('consist of host and path; a hash replaces the query', () => {
    expect(feedIds('"https://Feeds.Test/News/World.XML?edition=int&x=1"', '"http://[::1]:8080/"')).toEqual([
      'feeds-test-news-world-xml-78396aef',
      '1',
    ]);
  });

  it('are cut to 48 characters, without a hyphen at the end', () => {
    const [id = ''] = feedIds(`"https://feeds.test/${'section/'.repeat(20)}"`);
    expect(id).toBe('feeds-test-section-section-section-section-secti');
    expect(feedIds(`"https://feeds.test/${'a'.repeat(36)}/b"`)).toEqual([`feeds-test-${'a'.repeat(36)}`]);
  });

  it('that clash get a hash, and are valid', () => {
    const long = `https://feeds.test/${'section/'.repeat(20)}`;
    const ids = feedIds(
      '"http://a.test/x"',
      '"https://a.test/x"',
      `"${long}a"`,
      `"${long}b"`,
      '"https://c.test/"',
    );
    expect(new Set(ids).size).toBe(5);
    expect(ids.slice(0, 2)).toEqual([
      expect.stringMatching(/^a-test-x-[0-9a-f]{8}$/),
      expect.stringMatching(/^a-test-x-[0-9a-f]{8}$/),
    ]);
    expect(ids[4]).toBe('c-test');
    for (const id of ids) expect(id).toMatch(/^[a-z0-9][a-z0-9-]{0,63}$/);
  });

  it('that the file sets are never changed', () => {
    expect(feedIds('"https://a.test/x"', '{ id: a-test-x, url: "https://b.test/" }')).toEqual([
      expect.stringMatching(/^a-test-x-[0-9a-f]{8}$/),
      'a-test-x',
    ]);
  });
});

describe('queries', () => {
  const term = (text: string) => ({ term: { text } });
  const query = (match: string) => load(`topics:\n  - id: a\n    match: ${match}`).config.topics[0]?.query;

  it.each([
    ['storm', term('storm')],
    ['storm surge', { all: [term('storm'), term('surge')] }],
    [`'"storm surge"'`, { term: { text: 'storm surge', quoted: true } }],
    ['storm OR flood', { any: [term('storm'), term('flood')] }],
    ['[storm, flood]', { any: [term('storm'), term('flood')] }],
    ['[storm]', term('storm')],
    ['[storm surge, flood]', { any: [{ all: [term('storm'), term('surge')] }, term('flood')] }],
    ['{ all: [storm] }', term('storm')],
    ['{ any: [[a, b], c] }', { any: [term('a'), term('b'), term('c')] }],
    [
      '{ any: [a], all: [[b, c], d], none: [e, f] }',
      {
        all: [
          { any: [term('b'), term('c')] },
          term('d'),
          term('a'),
          { not: { any: [term('e'), term('f')] } },
        ],
      },
    ],
    ['{ any: [a], none: [b] }', { all: [term('a'), { not: term('b') }] }],
  ])('%s', (match, expected) => {
    expect(query(match)).toEqual(expected);
  });
});

describe('recipients', () => {
  const loaded = (recipients: string) =>
    load(`topics: [{ id: a, match: x }, { id: b, match: y }]\nrecipients: ${recipients}`);

  it('subscribe once to all topics, or to the listed ones, by each protocol', () => {
    const { subscriptions } = loaded(
      '[{ email: ann@mail.org }, { email: ann@mail.org, sms: "+447700900123", topics: [b, b] }, { sms: "+447700900124", topics: all }]',
    );
    expect(
      subscriptions.map(({ topicId, protocol, endpoint }) => `${topicId} ${protocol} ${endpoint}`),
    ).toEqual([
      'a email ann@mail.org',
      'b email ann@mail.org',
      'b sms +447700900123',
      'a sms +447700900124',
      'b sms +447700900124',
    ]);
  });

  it.each([
    ['email: you@example.com', true],
    ['email: you@sub.Example.ORG', true],
    ['email: you@mail.test', true],
    ['email: you@mail.invalid', true],
    ['email: you@myexample.com', false],
    ['email: you@example.co', false],
    ['email: example.com@mail.org', false],
    ['sms: "+12025550123"', true],
    ['sms: "+15550100"', true],
    ['sms: "+12025550223"', false],
    ['sms: "+12025559123"', false],
    ['sms: "+442025550123"', false],
  ])('{ %s } is a placeholder: %s', (recipient, expected) => {
    const { subscriptions, placeholders } = loaded(`[{ ${recipient} }]`);
    expect(placeholders).toHaveLength(expected ? 2 : 0);
    expect(subscriptions).toHaveLength(expected ? 0 : 2);
  });
});

describe('warnings', () => {
  it('report what will not happen', () => {
    const { warnings } = load(`feeds: [{ url: "https://a.test/", enabled: false }]
topics: [{ id: a, match: xx }, { id: b, match: yy }, { id: c, match: zz }]
recipients: [{ email: you@example.com, topics: [a] }, { email: you@example.com, topics: [a] }]
`);
    expect(warnings).toEqual([
      'no feed is enabled: nothing will be polled',
      'you@example.com is a placeholder and receives nothing; replace it with your own address',
      'no recipient for b, c',
      'you@example.com receives a by entries 1 and 2 of recipients: alerts are sent once; remove one',
    ]);
  });

  it('report an address in two spellings, but not entries with different topics', () => {
    const { warnings } = load(`feeds: ["https://a.test/"]
topics: [{ id: a, match: xx }, { id: b, match: yy }]
recipients: [{ email: ann@mail.org, topics: [a] }, { email: ann@mail.org, topics: [b] }, { email: Ann@mail.org }]
`);
    expect(warnings).toEqual([
      'Ann@mail.org receives a by entries 1 and 3 of recipients: alerts are sent twice, because the other entry says ann@mail.org; remove one',
      'Ann@mail.org receives b by entries 2 and 3 of recipients: alerts are sent twice, because the other entry says ann@mail.org; remove one',
    ]);
  });

  it('report urgent follow-ups without an urgent query', () => {
    const { warnings } = load(`feeds: ["https://a.test/"]
topics:
  - { id: a, match: xx, followUps: urgent }
  - { id: b, match: yy, followUps: { mode: urgent }, urgent: zz }
  - { id: c, match: zz, followUps: calm, email: { followUps: urgent } }
recipients: [{ email: ann@mail.org }]
`);
    expect(warnings).toEqual(
      ['a', 'c'].map(
        (id) =>
          `topics.${id} has followUps: urgent and no urgent: query, so no follow-up is ever sent; add urgent:, or write followUps: off`,
      ),
    );
  });

  it('report feeds on this machine', () => {
    const { warnings } = load(`feeds: ["http://localhost:8080/a", "http://127.0.0.2/b", "http://[::1]/c"]
topics: [{ id: a, match: xx }]
recipients: [{ email: ann@mail.org }]
`);
    expect(warnings).toEqual([
      'feeds.localhost-a is on this machine: it is polled only with npm start -- --loopback-feeds',
      'feeds.127-0-0-2-b is on this machine: it is polled only with npm start -- --loopback-feeds',
      'feeds.1-c is on this machine: it is polled only with npm start -- --loopback-feeds',
    ]);
  });

  it('say once what to write instead of updates', () => {
    const { warnings } = load(`defaults: { updates: material }
feeds: ["https://a.test/"]
topics:
  - { id: a, match: xx, updates: off }
  - { id: b, match: yy, updates: material }
  - { id: c, match: zz, followUps: all }
recipients: [{ email: ann@mail.org }]
`);
    expect(warnings).toEqual([
      'updates is now followUps: write "followUps: calm" for "updates: material", "followUps: off" for "updates: off"',
    ]);
  });

  it('are empty for a file without problems', () => {
    const text = `${TOPICS}\nfeeds: ["https://a.test/"]\nrecipients: [{ email: ann@mail.org }]`;
    expect(load(text).warnings).toEqual([]);
  });
});

describe('sign-up', () => {
  const signupOf = (signup: string) =>
    load(`feeds: [{ url: "https://a.test/" }]
topics: [{ id: a, match: xx }, { id: b, match: yy }]
signup: ${signup}
`);

  it.each([
    ['off', undefined],
    ['enabled', { topicIds: ['a', 'b'], smsPrefixes: [] }],
    ['{ topics: [b, b], sms: ["+1"] }', { topicIds: ['b'], smsPrefixes: ['+1'] }],
    ['{ feeds: true }', { topicIds: ['a', 'b'], smsPrefixes: [], feeds: true }],
    ['{ topics: [], feeds: true }', { topicIds: [], smsPrefixes: [], feeds: true }],
    ['{ topics: [a], feeds: false }', { topicIds: ['a'], smsPrefixes: [] }],
  ])('%s', (written, expected) => {
    const digest = { hour: 8, minute: 0, timeZone: 'UTC' };
    expect(signupOf(written).config.signup).toEqual(expected && { ...expected, digest });
  });

  it('or feeds let topics have no recipient', () => {
    expect(signupOf('{ topics: [a] }').warnings).toEqual(['no recipient for b']);
    expect(signupOf('{ topics: [a], feeds: true }').warnings).toEqual([]);
  });
});

describe('the User-Agent', () => {
  it('may be set for all feeds or for one, and is absent by default', () => {
    const feeds = (own = '') => `feeds: ["https://a.test/", { url: "https://b.test/"${own} }]`;
    const { config } = load(
      `${TOPICS}\ndefaults: { userAgent: ours/1 (+https://ours.test) }\n${feeds(', userAgent: own/2')}`,
    );
    expect([config.userAgent, ...config.feeds.map(({ userAgent }) => userAgent)]).toEqual([
      'ours/1 (+https://ours.test)',
      undefined,
      'own/2',
    ]);
    const without = load(`${TOPICS}\n${feeds()}`).config;
    expect([without, ...without.feeds].filter((part) => 'userAgent' in part)).toEqual([]);
    expect(without.version).not.toBe(config.version);
  });

  it.each(['""', '"a\\nb"', 'größer/1', '" a"', `"${'x'.repeat(301)}"`, '7'])('may not be %.20s', (name) => {
    expect(() => load(`${TOPICS}\ndefaults: { userAgent: ${name} }`)).toThrow('expected a User-Agent');
  });
});
