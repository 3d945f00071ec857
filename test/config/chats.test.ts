import { describe, expect, it } from 'vitest';
import { printFault } from '../../config/faults.ts';
import { type LoadedConfig, parseConfig } from '../../config/load.ts';
import { SIGNING_SECRET, TOKEN } from '../functions/chat/sample-addresses.ts';
import { canariesIn } from '../helpers/canary.ts';

const SLACK = 'https://hooks.slack.com/services/T00000000/B00000000/sLk3kEy7sLk3kEy7';
const DISCORD = 'https://discord.com/api/webhooks/1234/dSc3kEy7dSc3kEy7';
const TEAMS =
  'https://prod-1.westeurope.logic.azure.com/workflows/a1/triggers/manual/paths/invoke?sig=tMs3sIg7tMs3sIg7';

const load = (recipients: string, env = {}): LoadedConfig =>
  parseConfig(
    `feeds: [https://b.org/f]\ntopics:\n  - { id: flood, match: flood }\n  - { id: storm, match: storm }\nrecipients:\n${recipients}\n`,
    'news.yaml',
    env,
  );
const faults = (recipients: string, env = {}): string => faultsOf(() => load(recipients, env));
const faultsOf = (read: () => LoadedConfig): string => {
  try {
    read();
  } catch (error) {
    return (error as Error).message;
  }
  return expect.fail('the file was accepted');
};

describe('recipients at chat services', () => {
  it('have their addresses from the environment, and choose topics', () => {
    const { chats, warnings, config, subscriptions } = load(
      `  - slack: \${SLACK}\n    email: ann@b.org\n    topics: [flood]\n  - telegram: { token: "\${BOT}", chat: -1001 }\n  - webhook: { url: https://b.org/hook, secret: "\${SIGN}" }`,
      { SLACK, BOT: TOKEN, SIGN: SIGNING_SECRET },
    );
    expect(chats).toMatchObject([
      {
        service: 'slack',
        url: SLACK,
        topicIds: ['flood'],
        name: expect.stringMatching(/^hooks\.slack\.com\/…\w{8}$/),
      },
      {
        service: 'telegram',
        url: 'https://api.telegram.org/',
        token: TOKEN,
        chat: '-1001',
        name: 'chat -1001 (bot 123456)',
      },
      { service: 'webhook', url: 'https://b.org/hook', secret: SIGNING_SECRET, topicIds: ['flood', 'storm'] },
    ]);
    expect(warnings).toEqual([]);
    expect(subscriptions).toHaveLength(1);
    const values = { SLACK: 'sLk3kEy7sLk3kEy7', BOT: TOKEN, SIGN: SIGNING_SECRET };
    expect(
      canariesIn(JSON.stringify([config, subscriptions, chats.map(({ name }) => name)]), values),
    ).toEqual([]);
  });

  it.each([
    `slack: ${SLACK}`,
    'slack: https://hooks.slack-gov.com/services/T0/B0/x1',
    'slack: { url: http://chat.lan/hooks/abc, private: true }',
    `discord: ${DISCORD}`,
    'discord: https://ptb.discord.com/api/v10/webhooks/1234/x?thread_id=7',
    `teams: ${TEAMS}`,
    'teams: https://a.environment.api.powerplatform.com/powerautomate/automations/direct/workflows/a/triggers/manual/paths/invoke?sig=x',
    'ntfy: https://ntfy.sh/my-topic',
    'ntfy: { url: http://127.0.0.1:8080/my-topic, token: tk_abc, private: true }',
    `telegram: { token: "${TOKEN}", chat: "@a_channel" }`,
    `telegram: { token: "${TOKEN}", chat: 77, url: http://localhost:8081, private: true }`,
    `webhook: { url: https://b.org/hook, secret: ${SIGNING_SECRET} }`,
  ])('may be %s', (entry) => {
    expect(load(`  - ${entry}`).chats).toHaveLength(1);
  });

  it.each([
    [`discord: ${SLACK}`, 'got an address of Slack, at hooks.slack.com; write it under slack:'],
    [`slack: ${DISCORD}`, 'got an address of Discord, at discord.com; write it under discord:'],
    [`webhook: { url: ${TEAMS}, secret: ${SIGNING_SECRET} }`, 'got an address of Teams'],
    ['teams: https://ntfy.sh/topic', 'got an address of ntfy, at ntfy.sh; write it under ntfy:'],
    ['slack: https://hooks.slack.com/triggers/T0/1/x', 'another address of Slack'],
    ['slack: https://chat.b.org/hooks/abc', 'for a compatible server of your own, write private: true'],
    ['discord: https://discord.com/channels/1/2', 'copy the whole address again'],
    ['ntfy: https://ntfy.sh/', 'whose end is no topic'],
    ['ntfy: ntfy.sh/topic', 'a text that is no web address'],
    ['ntfy: http://ntfy.b.org/topic', 'use https'],
    ['ntfy: https://u:p@ntfy.b.org/topic', 'write an access token under token:'],
    ['webhook: https://b.org/hook', 'expected a map of url and secret'],
    ['webhook: { url: https://b.org/hook, secret: short }', 'expected whsec_ and 24 to 64 bytes'],
    [`webhook: { url: https://10.1.2.3/hook, secret: ${SIGNING_SECRET} }`, 'write private: true'],
    [`webhook: { url: https://localhost/hook, secret: ${SIGNING_SECRET} }`, 'write private: true'],
    ['telegram: { token: abc, chat: 1 }', '@BotFather'],
    [`telegram: { token: "${TOKEN}", chat: my group }`, 'expected the id of a chat'],
    [`telegram: "${TOKEN}"`, 'expected a map of token and chat'],
    [`mattermost: { url: ${SLACK} }`, 'did you mean slack?'],
    [`slak: ${SLACK}`, 'did you mean slack?'],
    ['topics: all', 'expected email, sms, slack, discord, teams, ntfy, telegram or webhook, got only topics'],
    [`slack: \${UNSET}`, 'expected the environment variable UNSET to be set'],
  ])('are refused with advice: %s', (entry, expected) => {
    expect(faults(`  - ${entry}`)).toContain(expected);
  });

  it('in a file are never shown by a fault', () => {
    const canaries = {
      slack: 'sLk3kEy7sLk3kEy7',
      discord: 'dSc3kEy7dSc3kEy7',
      teams: 'tMs3sIg7tMs3sIg7',
      TOKEN,
      SIGNING_SECRET,
    };
    for (const entry of [
      `discord: ${SLACK}`,
      `slak: ${SLACK}`,
      `slack: [${DISCORD}]`,
      `slack: { adress: ${SLACK} }`,
      `slack: { url: ${DISCORD}, private: yes }`,
      `slack: ${SLACK} ${TEAMS}`,
      SLACK,
      `telegram: ${TOKEN}`,
      `telegram: { token: "${TOKEN}x y", chat: 1 }`,
      `webhook: ${SIGNING_SECRET}`,
      `webhook: { url: ${TEAMS}, secret: ${SIGNING_SECRET}?? }`,
      `url: ${SLACK}`,
    ])
      expect([entry, canariesIn(faults(`  - ${entry}`), canaries)]).toEqual([entry, []]);
    for (const value of [SLACK, TEAMS, TOKEN, SIGNING_SECRET])
      expect(canariesIn(faults(`  - discord: \${X}`, { X: value }), canaries)).toEqual([]);
  });

  it('that nobody can have get a warning', () => {
    expect(load(`  - ntfy: https://ntfy.example.com/topic`).warnings.join()).toMatch(
      /^ntfy ntfy\.example\.com\/…\w{8} is a placeholder and receives nothing/,
    );
  });

  it('listed twice receive an alert once', () => {
    const { chats } = load(`  - slack: ${SLACK}\n    topics: [flood]\n  - slack: { url: ${SLACK} }`);
    expect(chats).toMatchObject([{ topicIds: ['flood', 'storm'] }]);
  });

  it('follow the email policy, so a topic that only they receive has a recipient after the SMS budget', () => {
    const { warnings } = parseConfig(
      `defaults: { smsParts: { month: 10 } }\nfeeds: [https://b.org/f]\ntopics: [{ id: flood, match: flood }]\nrecipients:\n  - sms: "+12025550198"\n  - slack: ${SLACK}\n`,
      'news.yaml',
      {},
    );
    expect(warnings.join()).not.toContain('only SMS recipients');
    expect(warnings.join()).not.toContain('no recipient');
  });
});

describe('in a configuration to be deployed, addresses', () => {
  const deployed = (recipients: string, env = {}) =>
    parseConfig(
      `topics:\n  - { id: flood, match: flood }\nrecipients:\n${recipients}\n`,
      'news.yaml',
      env,
      'deployed',
    );

  it('keep their names, whether these have values here or not', () => {
    const { chats, subscriptions } = deployed(
      `  - { slack: "\${SLACK}", email: "\${ANN}" }
  - slack: { url: "\${OTHER}", private: true }
  - ntfy: https://ntfy.sh/\${TOPIC}
  - ntfy: { url: https://ntfy.sh/plain, token: "\${TOKEN}" }
  - telegram: { token: "\${BOT}", chat: "\${CHAT}" }
  - webhook: { url: https://b.org/hook, secret: "\${SIGN}" }`,
      { ANN: 'ann@b.org', SLACK },
    );
    expect(subscriptions).toEqual([{ topicId: 'flood', protocol: 'email', endpoint: 'ann@b.org' }]);
    expect(chats).toEqual(
      [
        { service: 'slack', url: `\${SLACK}`, name: `\${SLACK}` },
        { service: 'slack', url: `\${OTHER}`, name: `\${OTHER}`, private: true },
        {
          service: 'ntfy',
          url: `https://ntfy.sh/\${TOPIC}`,
          name: expect.stringMatching(/^ntfy\.sh\/…\w{8}$/),
        },
        { service: 'ntfy', url: 'https://ntfy.sh/plain', token: `\${TOKEN}`, name: expect.anything() },
        {
          service: 'telegram',
          url: 'https://api.telegram.org/',
          token: `\${BOT}`,
          chat: `\${CHAT}`,
          name: `chat \${CHAT} (bot \${BOT})`,
        },
        { service: 'webhook', url: 'https://b.org/hook', secret: `\${SIGN}`, name: expect.anything() },
      ].map((recipient) => ({ ...recipient, topicIds: ['flood'] })),
    );
  });

  it.each([
    `slack: ${SLACK}`,
    `discord: { url: ${DISCORD} }`,
    `teams: ${TEAMS}`,
    'ntfy: https://ntfy.sh/my-topic',
    `ntfy: { url: "https://ntfy.sh/\${TOPIC}", token: tk_abcdefgh }`,
    `telegram: { token: "${TOKEN}", chat: "\${CHAT}" }`,
    `webhook: { url: "https://b.org/\${HOOK}", secret: ${SIGNING_SECRET} }`,
  ])('may not contain their secret: %s', (entry) => {
    const [fault] = deployed(`  - ${entry}`).deploymentFaults;
    const message = fault ? printFault(fault) : '';
    expect(message).toMatch(
      /^news\.yaml:4:\d+ recipients\[0\]\.\w+: expected a name such as \$\{[A-Z]+_NEWS\} in place/,
    );
    const canaries = {
      slack: 'sLk3kEy7sLk3kEy7',
      discord: 'dSc3kEy7dSc3kEy7',
      teams: 'tMs3sIg7tMs3sIg7',
      ntfy: 'tk_abcdefgh',
      TOKEN,
      SIGNING_SECRET,
    };
    expect(canariesIn(message, canaries)).toEqual([]);
  });

  it('are checked where they are written out', () => {
    expect(faultsOf(() => deployed(`  - ntfy: http://ntfy.sh/my-topic`))).toContain('use https');
    const { chats, deploymentFaults } = deployed('  - ntfy: https://ntfy.example.com/topic');
    expect([chats.length, deploymentFaults]).toEqual([1, []]);
  });
});

it('a value that is another name is no address', () => {
  expect(faults(`  - slack: \${A}`, { A: `\${B}`, B: SLACK })).toContain(
    'expected an address in the environment variable A, got another name',
  );
});
