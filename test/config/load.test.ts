import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ConfigError, printFault } from '../../config/faults.ts';
import { loadConfigFile, parseConfig } from '../../config/load.ts';

const root = join(import.meta.dirname, '../..');
const TOPICS = 'topics: [{ id: rates, match: rate }]';

/** Returns the printed faults without their snippets. */
function faults(load: () => unknown): string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError)
      return error.faults.map((fault) => printFault(fault).split('\n')[0] ?? '');
    throw error;
  }
  return expect.fail('an invalid text was accepted');
}

const faultsOf = (text: string, env: Record<string, string> = {}) =>
  faults(() => parseConfig(text, 'news.yaml', env));

it('removes duplicates and placeholders from operations, and fills in variables', () => {
  const text = `topics: [{ id: owls, match: owl }]
operations: [{ email: '\${ONCALL}' }, { email: ops@b.org, sms: '+4930123456' }, { email: ops@b.org }, { email: a@example.com }]`;
  const { operations, warnings } = parseConfig(text, 'news.yaml', { ONCALL: 'on@call.org' });
  expect(warnings).toContain(
    'a@example.com is a placeholder and receives nothing; replace it with your own address',
  );
  expect(operations).toEqual([
    { protocol: 'email', endpoint: 'on@call.org' },
    { protocol: 'email', endpoint: 'ops@b.org' },
    { protocol: 'sms', endpoint: '+4930123456' },
  ]);
});

describe('faults', () => {
  it('are reported all at once, in the order of the file, with place and path', () => {
    const text = `defaults:
  every: 5
  firstPoll: 40d
  timezone: Mars/Olympus
  deliver: daily at 24:00
  onAmbiguous: { email: maybe }
feeds:
  - ftp://feeds.test/a.xml
  - url: https://feeds.test/b.xml
    every: 30s
    enabled: perhaps
  - id: nameless
topics:
  - id: Storms
    match: storm
  - id: summit
    match:
      all: [[summit, 7], -talks]
      nine: [x]
    followUps: sometimes
recipients:
  - sms: 12025550123
    topics: [summit, storms]
  - topics: all
`;
    expect(faultsOf(text)).toEqual([
      'news.yaml:2:10 defaults.every: expected a duration between 1m and 7d, such as 5m, or a range, such as 5m to 20m, got 5',
      'news.yaml:3:14 defaults.firstPoll: expected a duration between 0m and 30d, such as 5m, 2h or 1d, got "40d"',
      'news.yaml:4:13 defaults.timezone: expected an IANA time zone, such as Europe/Berlin, got "Mars/Olympus"',
      'news.yaml:5:12 defaults.deliver: expected now, hourly, daily at HH:MM, or weekly on monday at HH:MM (from 00:00 to 23:59), got "daily at 24:00"',
      'news.yaml:6:25 defaults.onAmbiguous.email: expected resend or skip, got "maybe"',
      'news.yaml:8:5 feeds[0]: expected an http or https address without user name or password, got "ftp://feeds.test/a.xml"',
      'news.yaml:10:12 feeds[1].every: expected a duration between 1m and 7d, such as 5m, or a range, such as 5m to 20m, got "30s"',
      'news.yaml:11:14 feeds[1].enabled: expected true or false, got "perhaps"',
      'news.yaml:12:5 feeds.nameless.url: expected the address of a feed, got nothing',
      'news.yaml:14:9 topics.Storms.id: expected an id of at most 64 lower-case letters, digits and hyphens, such as bbc-world, got "Storms"',
      'news.yaml:18:22 topics.summit.match.all[0][1]: expected a query (a number needs quotes), got 7',
      'news.yaml:19:7 topics.summit.match.nine: expected a known key, got nine',
      'news.yaml:20:16 topics.summit.followUps: expected calm, all, urgent or off, or a map of mode and every, got "sometimes"',
      'news.yaml:22:10 recipients[0].sms: expected a phone number in quotes, got 12025550123',
      'news.yaml:23:22 recipients[0].topics[1]: expected the id of a topic (Storms, summit), got storms',
      'news.yaml:24:5 recipients[1]: expected email, sms, slack, discord, teams, ntfy, telegram or webhook, got only topics',
    ]);
  });

  const INVALID_QUIET =
    'quiet: expected off, two times of day, such as 22:00 to 07:00, optionally with days, such as 00:00 to 09:00 on saturday and sunday';
  it.each([
    ['timezone: Europe/Atlantis', 'timezone: expected an IANA time zone, such as Europe/Berlin, got'],
    ['timezone: "+01:00"', 'timezone: expected an IANA time zone, such as Europe/Berlin, got'],
    ['quiet: 00:00 to 00:00', 'quiet: expected quiet hours that end at another time than they begin'],
    ['quiet: 25:00 to 07:00', `${INVALID_QUIET}, or a list of these, got "25:00 to 07:00"`],
    ['quiet: 22:00', `${INVALID_QUIET}, or a list of these, got "22:00"`],
    [
      'quiet: 22:00 to 07:00 on funday',
      `${INVALID_QUIET}, or a list of these, got "22:00 to 07:00 on funday"`,
    ],
    ['quiet: 22:00 to 07:00 on monday, friday', `${INVALID_QUIET}, or a list of these, got`],
    ['quiet: 7', `${INVALID_QUIET}, or a list of these, got 7`],
    ['quiet: []', 'quiet: expected at least one entry (off means no quiet hours), got []'],
    [
      'quiet: [22:00 to 07:00, off]',
      'quiet[1]: expected two times of day, such as 22:00 to 07:00, optionally with days',
    ],
    ['quiet: [07:00 to 07:00]', 'quiet[0]: expected quiet hours that end at another time than they begin'],
    [
      'quiet: [08:00 to 20:00, 20:00 to 08:00 on tuesday to monday]',
      'quiet: expected quiet hours that leave some time of the week, or no alert would ever be sent; remove some of them, got ["08:00 to 20:00",',
    ],
    [
      'quiet: 00:00 to 00:00 on monday to sunday',
      'quiet: expected quiet hours that leave some time of the week',
    ],
    ['atMost: { hour: 0 }', 'atMost.hour: expected at least 1'],
    ['atMost: { day: -3 }', 'atMost.day: expected at least 1'],
    ['atMost: { day: 1.5 }', 'atMost.day: expected a whole number of alerts, got 1.5'],
    ['atMost: {}', 'atMost: expected hour or day, or both, got {}'],
    ['atMost: 5', 'atMost: expected off, or hour and day with numbers, got 5'],
    ['sms: { minSources: 0 }', 'sms.minSources: expected a whole number of sources, from 1 to 20, got 0'],
    ['sms: { atMost: { hour: 0 } }', 'sms.atMost.hour: expected at least 1'],
    ['email: { quiet: 07:00 to 07:00 }', 'email.quiet: expected quiet hours that end at another time'],
    ['followUps: 7', 'followUps: expected calm, all, urgent or off, or a map of mode and every, got 7'],
    ['followUps: { mode: loud }', 'followUps.mode: expected calm, all, urgent or off, got "loud"'],
    [
      'followUps: { every: 5m }',
      'followUps.every: expected a duration between 10m and 24h, such as 2h, or a range, such as 2h to 8h, got "5m"',
    ],
    [
      'followUps: { every: 2h to 2d }',
      'followUps.every: expected a duration between 10m and 24h, such as 2h, or a range, such as 2h to 8h, got "2h to 2d"',
    ],
    [
      'followUps: { every: 8h to 2h }',
      'followUps.every: expected a range that begins with the shorter duration, such as 2h to 8h, got "8h to 2h"',
    ],
    ['followUps: { mode: calm, at: noon }', 'followUps.at: expected a known key, got at'],
    ['sms: { followUps: never }', 'sms.followUps: expected calm, all, urgent or off, or a map'],
    ['sms: 2', 'sms: expected a map of minSources, deliver, followUps, quiet and atMost, got 2'],
    ['email: daily', 'email: expected a map of deliver, followUps, quiet and atMost, got "daily"'],
    ['email: { roundUp: off }', 'email.roundUp: expected a known key, got roundUp'],
    [
      'roundUp: daily at 24:00',
      'roundUp: expected daily at HH:MM (from 00:00 to 23:59), or off, got "daily at 24:00"',
    ],
    ['roundUp: 18', 'roundUp: expected daily at HH:MM (from 00:00 to 23:59), or off, got 18'],
    ['updates: sometimes', 'updates: expected off, material or all, got "sometimes"'],
    [
      'deliver: weekly on funday at 08:00',
      'deliver: expected now, hourly, daily at HH:MM, or weekly on monday',
    ],
    [
      'deliver: weekly on monday at 24:00',
      'deliver: expected now, hourly, daily at HH:MM, or weekly on monday',
    ],
  ])('in delivery settings: %s', (line, message) => {
    expect(faultsOf(`topics:\n  - id: a\n    match: x\n    ${line}\n`)).toEqual([
      expect.stringContaining(`topics.a.${message}`),
    ]);
  });

  it('name both keys when a file has followUps and updates, its old name', () => {
    const text = `defaults:
  followUps: calm
  updates: off
topics:
  - id: a
    match: x
    updates: all
    followUps: { every: 1h }
`;
    const both = 'expected followUps, or its old name updates, got both; remove updates';
    expect(faultsOf(text)).toEqual([
      `news.yaml:3:3 defaults.updates: ${both}`,
      `news.yaml:7:5 topics.a.updates: ${both}`,
    ]);
  });

  it('in urgent queries stop nothing else', () => {
    const { config, topicFaults, warnings } = parseConfig(
      `terms: { waves: tsunami }
topics:
  - { id: a, match: quake, urgent: '(@waves' }
  - { id: b, match: flood, urgent: '@waves' }
`,
      'news.yaml',
      {},
    );
    expect(topicFaults.map(({ path }) => path)).toEqual(['topics.a.urgent']);
    expect(warnings.filter((text) => text.includes('@waves'))).toEqual([]);
    expect(config.topics.map(({ urgent }) => urgent !== undefined)).toEqual([false, true]);
    const all = parseConfig('topics: [{ id: a, match: quake, urgent: { none: [x] } }]', 'news.yaml', {});
    expect(all.topicFaults).toMatchObject([{ path: 'topics.a.urgent.none[0]' }]);
  });

  it('in SMS settings', () => {
    for (const sender of ['NEWS ALERTS', '12345', 'NewsAlertsABC', '""', 'NEWS-1', 'ÉTAT']) {
      expect(faultsOf(`defaults: { sms: { sender: '${sender}' } }\n${TOPICS}`).join()).toContain(
        'defaults.sms.sender: expected a sender of 1 to 11 letters and digits, at least one of them a letter, got',
      );
    }
    expect(faultsOf(`defaults: { smsParts: { month: 0 } }\n${TOPICS}`)).toEqual([
      expect.stringContaining(
        'defaults.smsParts.month: expected a whole number of SMS parts, at least 1, got 0',
      ),
    ]);
  });

  it('in sign-up', () => {
    const printed = (signup: string) => {
      const text = `${TOPICS}\nsignup: ${signup}\n`;
      try {
        parseConfig(text, 'news.yaml', {});
      } catch (error) {
        if (error instanceof ConfigError) return error.faults.map(printFault).join('\n');
      }
      return expect.fail('an invalid text was accepted');
    };
    const none = 'news.yaml:2:19 signup.topics: expected at least one topic, or feeds: true, got []';
    expect(printed('{ topics: [] }')).toContain(none);
    expect(printed('{ topics: [], feeds: false }')).toContain(none);
    expect(printed('{ feeds: on }')).toMatch(
      /signup\.feeds: expected true or false, got "on"[\s\S]*write feeds: true/,
    );
    expect(printed('{ feeds: off }')).toContain('write feeds: false');
    expect(printed('{ feed: true }')).toMatch(
      /signup\.feed: expected a known key[\s\S]*did you mean feeds\?/,
    );
    expect(printed('true')).toContain('write signup: enabled');
    expect(printed('no')).toContain('write signup: off');
    expect(printed('feeds')).toContain(
      'expected enabled, off, or a map with topics, sms, feeds and digest, got "feeds"',
    );
  });

  it('have file, line, column and path', () => {
    try {
      parseConfig(`${TOPICS}\nsources: []`, 'news.yaml', {});
      expect.fail('an unknown key was accepted');
    } catch (error) {
      expect((error as ConfigError).faults).toEqual([
        {
          file: 'news.yaml',
          line: 2,
          column: 1,
          path: 'sources',
          message: 'expected a known key, got sources',
          snippet: 'sources: []\n^^^^^^^\ndid you mean feeds?',
        },
      ]);
    }
  });

  describe('in a value with several forms are about the form that the user meant', () => {
    const match = (text: string) => faultsOf(`topics:\n  - id: a\n    match: ${text}`);
    const ANY_OF = 'a query, a list of queries of which any may match, or any:, all: and none: lists';

    it.each([
      ['5', `topics.a.match: expected ${ANY_OF}, got 5`],
      ['""', 'topics.a.match: expected a word or a "quoted phrase", got nothing'],
      ['a OR', 'topics.a.match: expected something to look for after OR, got the end'],
      ['[]', 'topics.a.match: expected at least one entry, got []'],
      ['[storm, 5]', 'topics.a.match[1]: expected a query (a number needs quotes), got 5'],
      ['[[storm]]', 'topics.a.match[0]: expected a query (a number needs quotes), got ["storm"]'],
      ['{ any: storm }', 'topics.a.match.any: expected a list of queries, got "storm"'],
      ['{ any: [] }', 'topics.a.match.any: expected at least one entry, got []'],
      [
        '{ any: [[storm, "\\"flood"]] }',
        expect.stringContaining('topics.a.match.any[0][1]: expected a closing quote'),
      ],
      [
        '{ any: [storm], not: [x] }',
        expect.stringContaining('topics.a.match.not: expected a known key, got not'),
      ],
      [
        '{ none: [storm] }',
        'topics.a.match: expected any: or all: beside none:, got {"none":["storm"]}, which would match nearly everything',
      ],
    ])('match: %s', (text, expected) => {
      const found = match(text);
      expect(found).toEqual([expect.any(String)]);
      expect(found[0]?.replace(/^news\.yaml:\d+:\d+ /, '')).toEqual(expected);
    });

    it('a feed with an unknown key is a map', () => {
      expect(faultsOf(`${TOPICS}\nfeeds:\n  - { url: "https://feeds.test/", name: x }`)).toEqual([
        'news.yaml:3:35 feeds[0].name: expected a known key, got name',
      ]);
    });

    it('a feed or recipient of the wrong type is reported once', () => {
      expect(faultsOf(`${TOPICS}\nfeeds: [7]\nrecipients:\n  - me@mail.test\n  -\n`)).toEqual([
        'news.yaml:2:9 feeds[0]: expected a feed: its address, or url with id, title, every, tags, enabled, userAgent, got 7',
        'news.yaml:4:5 recipients[0]: expected a recipient: email, sms or a chat service (docs/chat.md), and topics, got "me@mail.test"',
        'news.yaml:5:4 recipients[1]: expected a recipient: email, sms or a chat service (docs/chat.md), and topics, got nothing',
      ]);
    });
  });

  it('name both of two duplicates', () => {
    const text = `feeds:
  - https://feeds.test/a.xml
  - { url: "https://feeds.test/a.xml", id: a }
  - { url: "https://feeds.test/b.xml", id: a }
topics:
  - { id: rates, match: rate }
  - { id: rates, match: bank }
`;
    expect(faultsOf(text)).toEqual([
      'news.yaml:3:12 feeds.a.url: expected a unique url, got https://feeds.test/a.xml, which entry 1 already has',
      'news.yaml:4:44 feeds.a.id: expected a unique id, got a, which entry 2 already has',
      'news.yaml:7:11 topics.rates.id: expected a unique id, got rates, which entry 1 already has',
    ]);
  });

  it('in the YAML are reported together with all others', () => {
    expect(faultsOf('topics:\n  - { id: a, match: x\nfeeds: 5\n')).toEqual([
      'news.yaml:2:5 expected a closing }, got feeds: 5',
      'news.yaml:3:8 feeds: expected a list of feeds, got 5',
    ]);
    expect(faultsOf(`${TOPICS}\n${TOPICS}`)).toEqual([
      'news.yaml:2:1 expected each key once, got topics for the second time in one map',
    ]);
  });

  it('in aliases are reported', () => {
    expect(faultsOf('topics: *topics')).toEqual([
      'news.yaml:1:9 expected quotes around a text that begins with *, which means an alias in YAML, got *topics',
    ]);
    expect(faultsOf(`${TOPICS}\nrecipients: &all\n  - topics: *all`)).toEqual([
      'news.yaml:3:13 expected no alias inside its own value, got *all',
    ]);
    const nine = (name: string) => `[${Array(9).fill(name).join(', ')}]`;
    const bomb = `a: &a ${nine('x')}\nb: &b ${nine('*a')}\nc: &c ${nine('*b')}\nd: ${nine('*c')}`;
    expect(faultsOf(bomb)).toEqual([
      expect.stringMatching(/^news\.yaml:1:1 expected YAML, got .*alias count/),
    ]);
  });

  it.each([
    ['an empty file', ''],
    ['a file of comments', '# nothing yet\n'],
    ['a file with only a byte order mark', '\ufeff'],
  ])('%s is reported as empty', (_name, text) => {
    expect(faultsOf(text)).toEqual([
      'news.yaml:1:1 expected a map with feeds, terms, topics, recipients, operations and defaults, got an empty file',
    ]);
  });

  it.each(['- a', 'hello', '5'])('%j is not a map', (text) => {
    expect(faultsOf(text)).toEqual([
      expect.stringMatching(
        /^news\.yaml:1:1 expected a map with feeds, terms, topics, recipients, operations and defaults, got /,
      ),
    ]);
  });

  it('show the first 60 characters of a long value', () => {
    const [fault = ''] = faultsOf(`${TOPICS}\ndefaults: { every: ${'9'.repeat(500)}m }`);
    expect(fault).toMatch(/, got "9{56}…$/);
  });
});

describe('an environment variable', () => {
  const recipients = `${TOPICS}\nrecipients:\n  - email: \${MAIL}\n    topics: [ "\${TOPIC}" ]\n`;

  it('is filled in anywhere in the recipients', () => {
    const { subscriptions } = parseConfig(recipients, 'news.yaml', { MAIL: 'ann@mail.org', TOPIC: 'rates' });
    expect(subscriptions).toEqual([{ topicId: 'rates', protocol: 'email', endpoint: 'ann@mail.org' }]);
  });

  it.each(['constructor', 'toString', '__proto__'])('is not set if only every object has it: %s', (name) => {
    const text = `topics: [{ id: rates, match: rates }]\nrecipients: [{ email: "\${${name}}" }]\n`;
    expect(faultsOf(text).join()).toContain(`expected the environment variable ${name} to be set`);
    const feeds = `feeds: ["https://a.example/?key=\${${name}}"]\ntopics: [{ id: rates, match: rates }]\n`;
    expect(parseConfig(feeds, 'news.yaml', {}).secrets).toEqual({});
  });

  it('causes a single fault for its value when it is not set', () => {
    const expected = (name: string) =>
      `expected the environment variable ${name} to be set, got nothing; set it, or put it in .env`;
    expect(faultsOf(recipients, { MAIL: '' })).toEqual([
      `news.yaml:3:12 recipients[0].email: ${expected('MAIL')}`,
      `news.yaml:4:15 recipients[0].topics[0]: ${expected('TOPIC')}`,
    ]);
  });

  it('is not filled in elsewhere', () => {
    const name = `\${HOME}`;
    const { config } = parseConfig(`topics: [{ id: a, match: x, name: "${name}" }]`, 'news.yaml', {
      HOME: '/',
    });
    expect(config.topics[0]?.name).toBe(name);
  });
});

describe('loadConfigFile', () => {
  it('reads the sample file, without its placeholder recipients', () => {
    const { config, subscriptions, placeholders, warnings } = loadConfigFile(
      join(root, 'news-alerts.yaml'),
      {},
    );
    expect(config.feeds.length).toBeGreaterThan(3);
    expect(config.topics.length).toBeGreaterThan(1);
    expect(subscriptions).toEqual([]);
    expect(placeholders.map(({ topicId }) => topicId).toSorted()).toEqual(
      config.topics.map(({ id }) => id).toSorted(),
    );
    expect(warnings).toEqual([expect.stringContaining('placeholder')]);
  });

  it('says what to do when the file does not exist', () => {
    expect(faults(() => loadConfigFile('/no/such/news.yaml', {}))).toEqual([
      '/no/such/news.yaml:1:1 expected the file with your feeds, topics and recipients, got no such file; ' +
        'name another file with --config, or write a first one with `npx news-alerts init`',
    ]);
  });

  describe('says why the file cannot be read:', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'news-alerts-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));
    const write = (name: string, content: string | Uint8Array) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };

    it('it is a folder', () => {
      expect(faults(() => loadConfigFile(folder, {}))).toEqual([
        `${folder}:1:1 expected the file with your feeds, topics and recipients, got a folder; name the file in it: --config ${join(folder, 'news-alerts.yaml')}`,
      ]);
    });

    it('its name is similar to that of another file', () => {
      const near = write('news-alerts.yml', TOPICS);
      expect(faults(() => loadConfigFile(join(folder, 'news-alerts.yaml'), {}))).toEqual([
        `${join(folder, 'news-alerts.yaml')}:1:1 expected the file with your feeds, topics and recipients, got no such file; ` +
          `did you mean ${near}? Or name another file with --config, or write a first one with \`npx news-alerts init\``,
      ]);
    });

    it('its folder is a file', () => {
      expect(faults(() => loadConfigFile(join(write('a', ''), 'news.yaml'), {}))).toEqual([
        expect.stringContaining('got a file instead of a folder'),
      ]);
    });

    it.each([
      ['with a byte order mark', [0xff, 0xfe]],
      ['without a byte order mark', []],
    ])('it is UTF-16 %s', (_name, mark) => {
      const file = write('a.yaml', Buffer.concat([Buffer.from(mark), Buffer.from(TOPICS, 'utf16le')]));
      expect(faults(() => loadConfigFile(file, {}))).toEqual([
        `${file}:1:1 expected UTF-8 text, got another encoding, such as UTF-16; save the file as UTF-8 in your editor`,
      ]);
    });

    it('it is Latin-1, at the first invalid byte', () => {
      const file = write('a.yaml', Buffer.from('# über\n# und\nname: Caf\u00e9\n', 'latin1'));
      expect(faults(() => loadConfigFile(file, {}))).toEqual([
        `${file}:1:3 expected UTF-8 text, got the byte FC, as in Latin-1 or Windows-1252; save the file as UTF-8 in your editor`,
      ]);
    });

    it('accepts UTF-8 with a byte order mark and Windows line endings', () => {
      const file = write('a.yaml', '\ufefftopics:\r\n  - id: a\r\n    match: x\r\n');
      expect(loadConfigFile(file, {}).config.topics).toHaveLength(1);
      expect(faults(() => parseConfig('\ufefftopic:\r\n  - id: a\r\n', 'n.yaml', {}))).toEqual([
        'n.yaml:1:1 topic: expected a known key, got topic',
      ]);
    });
  });

  it('names the file in faults by the given path, so editors find it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'news-alerts-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'mine.yaml'), 'topics: []');
    expect(faults(() => loadConfigFile(join(folder, 'mine.yaml'), {}))).toEqual([
      `${join(folder, 'mine.yaml')}:1:9 topics: expected at least one topic, got []`,
    ]);
  });
});
