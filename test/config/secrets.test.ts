import { describe, expect, it } from 'vitest';
import { type LoadedConfig, parseConfig } from '../../config/load.ts';
import { canariesIn } from '../helpers/canary.ts';

const TOPICS = '\ntopics:\n  - { id: flood, match: flood }\n';
const load = (feeds: string, env = {}, topics = TOPICS): LoadedConfig =>
  parseConfig(`feeds:\n${feeds}${topics}`, 'news.yaml', env);
const fault = (feeds: string): string => {
  try {
    load(feeds);
  } catch (error) {
    return (error as Error).message;
  }
  return expect.fail('the file was accepted');
};

describe('names of secrets in feed addresses', () => {
  it('are kept, and are listed with the values that are set here', () => {
    const { config, secrets } = load(`  - https://a.org/\${P}/f?key=\${KEY}&x=\${KEY}\n  - https://b.org/f`, {
      KEY: 'v',
      P: ' ',
      X: 'y',
    });
    expect(config.feeds[0]?.url).toBe(`https://a.org/\${P}/f?key=\${KEY}&x=\${KEY}`);
    expect(config.secrets).toEqual(['KEY', 'P']);
    expect(secrets).toEqual({ KEY: 'v' });
  });

  it('are absent from a configuration without any', () => {
    expect(load('  - https://b.org/f').config).not.toHaveProperty('secrets');
  });

  it.each([
    [`https://\${HOST}/f`, 'an address whose host is written out'],
    [`\${ALL}`, 'an address whose host is written out'],
    [`https://\${U}:\${P}@a.org/f`, 'without user name or password'],
    [`https:/a.org\${X}`, 'an address whose host is written out'],
    [`https://a.org:80\${X}`, 'an address whose host is written out'],
    [`https:\\\\\\\\a.org\${X}/f`, 'an address whose host is written out'],
    [`https://a.org/f?k=\${}`, `names of secrets written \${NAME}`],
    [`https://a.org/f?k=\${A-b}`, `names of secrets written \${NAME}`],
    [`https://a.org/f?k=\${A`, `names of secrets written \${NAME}`],
    [`https://a.org/f?k=\${AWS_SECRET_ACCESS_KEY}`, 'do not begin with NEWS_ALERTS_ or AWS_'],
    [`https://a.org/f?k=\${NEWS_ALERTS_SMTP_URL}`, 'do not begin with NEWS_ALERTS_ or AWS_'],
  ])('may not be %s', (url, expected) => {
    expect(fault(`  - "${url}"`)).toContain(expected);
  });

  it('are plain text after another $', () => {
    expect(load(`  - https://a.org/f?k=$\${A}`).config).not.toHaveProperty('secrets');
  });
});

describe('generated ids', () => {
  const ids = (...urls: string[]) =>
    load(urls.map((url) => `  - "${url}"`).join('\n')).config.feeds.map(({ id }) => id);

  it('contain nothing of the query, and stay the same when a secret is replaced or moved to a variable', () => {
    const [id] = ids('https://a.org/rss?key=one');
    expect(id).toMatch(/^a-org-rss-[0-9a-f]{8}$/);
    expect(ids('https://a.org/rss?key=two')).toEqual([id]);
    expect(ids(`https://a.org/rss?key=\${KEY}`)).toEqual([id]);
  });

  it('depend on the query, but not on the order and number of feeds', () => {
    const all = ids('https://a.org/rss?c=1', 'https://a.org/rss?c=2', 'https://a.org/rss');
    expect(new Set(all).size).toBe(3);
    expect(ids('https://a.org/rss', 'https://a.org/rss?c=2')).toEqual([all[2], all[1]]);
  });

  it('end before a possible secret in the path', () => {
    expect(ids('https://a.org/u/d41d8cd98f00b204/rss')[0]).toMatch(/^a-org-u-[0-9a-f]{8}$/);
    expect(ids(`https://a.org/u/\${TOKEN}/rss`)[0]).toMatch(/^a-org-u-[0-9a-f]{8}$/);
  });

  it('cause a warning when addresses differ only in a secret', () => {
    const { config, warnings } = load('  - https://a.org/rss?key=one\n  - https://a.org/rss?key=two');
    expect(new Set(config.feeds.map(({ id }) => id)).size).toBe(2);
    expect(warnings.join('\n')).toContain('differ only in what looks like a secret');
    expect(warnings.join('\n')).not.toMatch(/key=(one|two)/);
  });

  it('of 0.1.0 still work in queries', () => {
    const topics =
      '\ntopics:\n  - { id: flood, match: flood (source:a-org-rss-c-1 OR -source:"a-org-rss-c-1") }\n';
    const { config, warnings } = load('  - https://a.org/rss?c=1', {}, topics);
    const id = config.feeds[0]?.id;
    expect(JSON.stringify(config.topics)).toContain(`"source":"${id}"`);
    expect(JSON.stringify(config.topics)).not.toContain('a-org-rss-c-1"');
    expect(warnings).toContain(
      `topics.flood names a feed by the id of an earlier release; write source:${id}`,
    );
  });
});

describe('faults', () => {
  const CANARIES = { a: 'canaryA1', b: 'canaryB2' };
  it.each([
    '  - https://user:canaryA1@x.org/f?key=canaryB2',
    '  - user:canaryA1@x.org/f?key=canaryB2',
    '  - "https://x.org/f?key=canaryA1"canaryB2"',
    '  - https://x.org/f?key=canaryA1 canaryB2',
    '  - x.org/f?key=canaryA1&a=canaryB2',
    '  - { url: "https://x.org/f?key=canaryA1, id: a }',
    '  - { url: htps://x.org/f?key=canaryA1, id: A B }',
    '  - url: https://x.org/f?key=canaryA1\n    ID: x',
    '  - url:https://x.org/f?key=canaryA1',
    '  - https://x.org/f?key=canaryA1\n  - https://x.org/f?key=canaryA1',
    '  - url: https://10.0.0.1/f?key=canaryA1',
    '  - url: https://x.org/f?key=canaryA1\n     id: x',
    '\t- https://x.org/f?key=canaryA1',
    '  - https://x.org/f?key=canaryA1#canaryB2: x',
    '  - [https://x.org/f?key=canaryA1]',
    `  - https://x.org/f?key=\${canaryA1:-canaryB2}`.replace(`\${canaryA1`, `\${X`),
    '  - "https://x.org/f?key=canaryA1',
    "  - 'https://x.org/f?key=canaryA1''canaryB2",
    '  - feed: https://x.org/f?key=canaryA1',
    '  - @https://x.org/f?key=canaryA1',
    '  - |\n    https://x.org/f?key=canaryA1\n    canaryB2',
  ])('show no secrets: %s', (feeds) => {
    const message = fault(feeds);
    expect(message).toMatch(/^news\.yaml:\d+:\d+ /);
    expect(canariesIn(message, CANARIES)).toEqual([]);
  });
});
