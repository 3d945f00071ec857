import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLink, signLink } from '../../../functions/shared/signed-link.ts';
import { LIMITS, mailboxOf, networkOf } from '../../../functions/signup/limits.ts';
import { SignupHarness } from './signup-harness.ts';

const VICTIM = 'victim@news.example.se';
const PHONE = '+12025559123';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let page: SignupHarness;

beforeEach(async () => {
  page = await SignupHarness.start({ smsPrefixes: ['+1202'] });
});
afterEach(() => page.stop());

const signUp = (address: string, topic = ['summit', 'rates']) => page.post('/', { address, topic });
const codeSentTo = (number: string) =>
  /\d{6}/.exec(page.messagesTo(number).at(-1)?.bodies.default ?? '')?.[0] ?? '';

describe('a flood', () => {
  it('of confirmations to one mailbox ends after a few, in whatever way it is written', async () => {
    for (let n = 0; n < 20; n++) {
      page.caller = `198.51.100.${n}`;
      const answer = await signUp(n % 2 === 0 ? VICTIM : `Victim+${n}@news.example.se`);
      // The answer does not tell that nothing more is sent.
      expect(answer.text).toContain('We have sent you an email');
    }
    const mails = page.published.filter(({ receivers }) => /victim/i.test(receivers[0]?.endpoint ?? ''));
    expect(mails).toHaveLength(LIMITS.mailsToAddress.places);
    page.now += DAY;
    await signUp(VICTIM);
    expect(page.messagesTo(VICTIM).length).toBeGreaterThan(0);
  });

  it("from one network, or one provider's share of IPv6, ends after some forms", async () => {
    for (const caller of ['2001:db8:1:2::1', '2001:db8:1:2:ffff::']) {
      page.caller = caller;
      for (let n = 0; n < LIMITS.formsOfNetwork.places; n++)
        await signUp(`p${n}@news.example.se`, ['summit']);
    }
    expect((await signUp('last@news.example.se')).status).toBe(429);
    page.caller = '2001:db8:1:3::1';
    expect((await signUp('last@news.example.se')).status).toBe(200);
    page.caller = '2001:db8:1:2::1';
    page.now += HOUR;
    expect((await signUp('other@news.example.se')).status).toBe(200);
  });

  it('from many networks ends at the limit of all mails', async () => {
    for (let n = 0; n < LIMITS.mails.places / 2; n++) {
      page.caller = `198.51.${n >> 8}.${n & 255}`;
      expect((await signUp(`p${n}@news.example.se`)).status).toBe(200);
    }
    page.caller = '203.0.113.1';
    expect((await signUp('last@news.example.se')).status).toBe(429);
    expect(page.published).toHaveLength(LIMITS.mails.places);
  });

  it('of codes ends by number, by network, and in all, and takes parts of the month', async () => {
    for (let n = 0; n < 5; n++) {
      page.caller = `198.51.100.${n}`;
      await signUp(PHONE, ['summit']);
    }
    expect(page.messagesTo(PHONE)).toHaveLength(LIMITS.codesToNumber.places);
    page.caller = '203.0.113.9';
    const statuses = [];
    for (let n = 0; n < 6; n++) statuses.push((await signUp(`+1202555800${n}`, ['summit'])).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    for (let n = 0; n < 60; n++) {
      page.caller = `203.0.112.${n}`;
      await signUp(`+12025550${100 + n}`, ['summit']);
    }
    expect(page.published).toHaveLength(LIMITS.codes.places);
    const month = page.table.records.get('SMS-PARTS\x002026-03');
    expect(month?.places).toBe(LIMITS.codes.places);
  });

  it('of guesses at a code ends after five', async () => {
    await signUp(PHONE, ['summit']);
    const code = codeSentTo(PHONE);
    const wrong = code === '000000' ? '000001' : '000000';
    const guess = (text: string) => page.post('/code', { number: PHONE, code: text });
    await Promise.all(Array.from({ length: 5 }, () => guess(wrong)));
    // At the same time, only one of the tries is counted; the others are refused without being compared.
    for (let n = 0; n < 4; n++) await guess(wrong);
    expect((await guess(code)).status).toBe(400);
    expect(await page.alert('summit')).toEqual([]);
  });

  it('of large or broken forms is refused', async () => {
    expect((await page.post('/', { address: 'x'.repeat(100_000) })).status).toBe(413);
    // Broken ones are no failures of ours, which would raise an alarm.
    const broken = await page.post('/', {}, { 'content-type': 'multipart/form-data; boundary=x' });
    expect(broken.status).toBe(400);
    expect(page.logged).toEqual([]);
  });
});

describe('a link', () => {
  const key = Buffer.alloc(32, 1);
  const link = { purpose: 'manage', subscriberId: '0123456789abcdef' } as const;

  it('works for its purpose, its person and its time only', () => {
    const text = signLink(key, link, 0);
    expect(readLink(key, 'manage', text, 0)).toEqual(link);
    expect(readLink(key, 'stop', text, 0)).toBe('invalid');
    expect(readLink(key, 'manage', text.replace('0123', '0124'), 0)).toBe('invalid');
    expect(readLink(Buffer.alloc(32, 2), 'manage', text, 0)).toBe('invalid');
    expect(readLink(key, 'manage', text, 31 * DAY)).toBe('expired');
    expect(readLink(key, 'manage', `${text}.`, 0)).toBe('invalid');
    const [purpose, id, story, , signature] = text.split('.');
    expect(readLink(key, 'manage', [purpose, id, story, 'zzzzzz', signature].join('.'), 0)).toBe('invalid');
  });

  it.each(['', '.', 'manage', 'manage....', 'manage.0123456789abcdef..zzzzzz.', '%00', 'x'.repeat(70)])(
    'that is guessed (%j) opens nothing and says what to do',
    async (guess) => {
      const answer = await page.get(`/manage?link=${encodeURIComponent(guess)}`);
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('Ask for a new one');
      expect((await page.post(`/stop?link=${encodeURIComponent(guess)}`, {})).status).toBe(400);
    },
  );

  it('that is followed by a mail scanner changes nothing', async () => {
    await page.signUp(VICTIM);
    const signed = signLink(await page.deps.key(), { purpose: 'stop', subscriberId: 'x' }, page.now);
    expect((await page.get(`/stop?link=${signed}`)).text).toContain('Unsubscribe from all alerts?');
    expect(await page.alert('summit')).toEqual([VICTIM]);
  });
});

it('no other site can send a form through its visitors, or show the page in a frame', async () => {
  const fields = { address: VICTIM, topic: ['summit'] };
  expect((await page.post('/', fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(400);
  expect(page.published).toEqual([]);
  const { headers } = await page.get('/');
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('cache-control')).toBe('no-store');
});

it('a mail cannot be given other text, headers or recipients by what is entered', async () => {
  for (const address of [
    'a@b.se\r\nBcc: c@d.se',
    'a@b.se%0aBcc:c@d.se',
    '"<script>"@b.se',
    'a@b.se;c@d.se',
  ]) {
    expect((await signUp(address)).status).toBe(400);
    expect((await page.post('/', { address, topic: ['summit'] })).html).not.toContain('<script>');
  }
  expect(page.published).toEqual([]);
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['2001:db8:a:b:c:d:e:f', '2001:db8:a:b'],
  ['::1', '0:0:0:0'],
  ['fe80::', 'fe80:0:0:0'],
  ['', ''],
])('the network of %s is %s', (ip, network) => {
  expect(networkOf(ip)).toBe(network);
});

it.each([
  ['Ann+News@Mail.Example', 'ann@mail.example'],
  ['ann@mail.example', 'ann@mail.example'],
])('the mailbox of %s is %s', (endpoint, mailbox) => {
  expect(mailboxOf({ protocol: 'email', endpoint })).toBe(mailbox);
});
