import { describe, expect, it } from 'vitest';
import { feedAddress } from '../../../../functions/poll/fetch/feed-address.ts';
import type { FeedAddress } from '../../../../functions/poll/fetch/plain-address.ts';
import type { FeedDocument } from '../../../../functions/poll/parser/parse.ts';
import { environmentSecrets } from '../../../../functions/shared/secrets.ts';
import { takesLessThan } from '../../../helpers/processor-time.ts';

const KEY = 'q7x9Zk2mWv+4/t';

async function address(configured: string, secrets: Record<string, string> = {}): Promise<FeedAddress> {
  const found = await feedAddress({ url: configured }, environmentSecrets(secrets));
  return 'detail' in found ? expect.fail(found.detail) : found;
}

const detail = async (configured: string, secrets: Record<string, string> = {}) => {
  const found = await feedAddress({ url: configured }, environmentSecrets(secrets));
  return 'detail' in found ? found.detail : found.url;
};

describe('the address of a feed', () => {
  it(`has the values of its secrets, and \${ for $\${`, async () => {
    expect((await address(`https://a.org/u/\${U}/f?k=\${KEY}&x=$\${y}`, { U: 'me', KEY })).url).toBe(
      `https://a.org/u/me/f?k=${KEY}&x=\${y}`,
    );
  });

  it('takes a value as it is in an address, without a final line break', async () => {
    expect((await address(`https://a.org/?k=\${K}`, { K: 'a%2Bb&c=d#e f\n' })).url).toBe(
      'https://a.org/?k=a%2Bb&c=d%23e%20f',
    );
  });

  it.each(['', ' ', '\n'])('names a secret whose value is %j, and what to do', async (B) => {
    expect(await detail(`https://a.org/\${A}?k=\${B}`, { A: 'x', B })).toBe(
      'expected the environment variable B to be set, got nothing; set it, or put it in .env',
    );
  });

  it.each(['https://a.org@evil.org/', '//evil.org', '@evil.org/'])(
    'keeps its host whatever the value: %s',
    async (K) => {
      for (const configured of [`https://a.org/\${K}`, `https://a.org/?\${K}`, `https://a.org/x\${K}`])
        expect(new URL(await detail(configured, { K })).host).toBe('a.org');
    },
  );
});

describe('a text about a feed', () => {
  const secret = () => address(`https://a.org/f?k=\${KEY}`, { KEY });

  it.each([
    ['unchanged', KEY],
    ['encoded', encodeURIComponent(KEY)],
    ['encoded twice', encodeURIComponent(encodeURIComponent(KEY))],
    ['in another case', KEY.toUpperCase()],
    ['in base64', Buffer.from(KEY).toString('base64').replace(/=+$/, '')],
  ])('has the name of a secret for its value %s', async (_, value) => {
    expect((await secret()).redact(`before ${value} after`)).toBe(`before \${KEY} after`);
  });

  it('has no secrets of other addresses either', async () => {
    expect((await secret()).forDisplay('a redirect to https://u:p@b.org/?t=1x2, which …')).toBe(
      'a redirect to https://b.org/?t=***, which …',
    );
  });

  it('keeps words that equal a short secret by chance', async () => {
    const short = await address(`https://a.org/f?lang=en&pin=\${PIN}`, { PIN: '12' });
    expect(short.redact('In 12 hours, en route')).toBe('In 12 hours, en route');
  });

  it('is redacted in linear time', async () => {
    const own = await secret();
    await takesLessThan(2_000, () => own.redact(KEY.repeat(100_000)));
  });
});

describe('the mark of an address in a state', () => {
  it('is the address itself if nothing is hidden', async () => {
    expect((await address('https://a.org/f')).mark()).toBe('https://a.org/f');
  });

  it('changes with the secret, and has four digits of its hash', async () => {
    const [one, other] = [
      await address(`https://a.org/f?k=\${K}`, { K: 'abcdef1' }),
      await address(`https://a.org/f?k=\${K}`, { K: 'abcdef2' }),
    ];
    expect(one.mark()).toMatch(/^https:\/\/a\.org\/f\?k=\$\{K\}#[0-9a-f]{4}$/);
    expect(other.mark()).not.toBe(one.mark());
  });

  it('is recognised whether the file has the secret or its name, and in states of 0.1.0', async () => {
    const plain = await address(`https://a.org/f?key=${KEY}`);
    const named = await address(`https://a.org/f?key=\${KEY}`, { KEY });
    expect(named.isMarked(plain.mark())).toBe(true);
    expect(named.isMarked(`https://a.org/f?key=${KEY}`)).toBe(true);
    expect(named.isMarked('https://a.org/f?key=another')).toBe(false);
  });
});

describe('an address that a feed has moved to', () => {
  it('is stored with the names of secrets, and requested with their values', async () => {
    const own = await address(`https://a.org/f?key=\${KEY}`, { KEY });
    const stored = own.stored(`https://b.org/g?key=${KEY}&literal=\${x}`);
    expect(stored).toBe(`https://b.org/g?key=\${KEY}&literal=$\${x}`);
    expect(own.fromStored(stored ?? '')).toBe(`https://b.org/g?key=${KEY}&literal=\${x}`);
  });

  it('is stored with a number if the file has the secret itself', async () => {
    const own = await address(`https://a.org/f?key=${KEY}`);
    const stored = own.stored(`https://b.org/g?key=${KEY}&a=b`);
    expect(stored).toBe(`https://b.org/g?key=\${1}&a=b`);
    expect(own.fromStored(stored ?? '')).toBe(`https://b.org/g?key=${KEY}&a=b`);
  });

  it('is not stored if it has another secret', async () => {
    expect((await address('https://a.org/f')).stored('https://b.org/g?token=abc')).toBeUndefined();
    expect((await address('https://a.org/f')).stored('https://b.org/g?id=5')).toBe('https://b.org/g?id=5');
    expect((await address('https://a.org/f')).fromStored('https://b.org/g?token=***')).toBeUndefined();
  });
});

describe('a document with the secrets', () => {
  const document = (entry: object): FeedDocument => ({
    title: 'T',
    entries: [{ title: '', summary: '', content: '', authors: [], categories: [], ...entry }],
  });
  const cleaned = async (entry: object, configured = `https://a.org/f?key=\${KEY}`) =>
    (await address(configured, { KEY })).redactDocument(document(entry)).entries[0];

  it('loses them from its texts', async () => {
    const texts = {
      guid: `g${KEY}`,
      title: KEY,
      summary: `a ${KEY}`,
      content: KEY,
      authors: [KEY],
      categories: [KEY],
    };
    expect(JSON.stringify(await cleaned(texts))).not.toContain(KEY);
  });

  it('loses the link parameters that hold them, and nothing else of links', async () => {
    const url = `https://a.org/n/1?key=${encodeURIComponent(KEY)}&p=2`;
    expect((await cleaned({ url }))?.url).toBe('https://a.org/n/1?p=2');
    expect((await cleaned({ url: 'https://a.org/n/1?KEY=1&a=%7E' }))?.url).toBe(
      'https://a.org/n/1?KEY=1&a=%7E',
    );
  });

  it('loses them from links that escape each of their characters', async () => {
    const escaped = [...'q7x9Zk2mWvP44t'].map((sign) => `%${sign.charCodeAt(0).toString(16)}`).join('');
    const own = await address(`https://a.org/f?key=\${KEY}`, { KEY: 'q7x9Zk2mWvP44t' });
    const { entries } = own.redactDocument(document({ url: `https://a.org/n/1?k=${escaped}&p=2` }));
    expect(entries[0]?.url).toBe('https://a.org/n/1?p=2');
  });

  it('loses a link with a secret in its path', async () => {
    expect(await cleaned({ url: `https://a.org/${encodeURIComponent(KEY)}/1` })).not.toHaveProperty('url');
  });

  it('loses secrets that the file itself has, but keeps ordinary parameters', async () => {
    const url = 'https://a.org/1?token=abcdef1&section=world';
    expect((await cleaned({ url }, 'https://a.org/f?token=abcdef1&section=world'))?.url).toBe(
      'https://a.org/1?section=world',
    );
  });
});
