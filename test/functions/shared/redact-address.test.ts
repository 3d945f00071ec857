import { describe, expect, it } from 'vitest';
import {
  isSecretParameterName,
  isToken,
  maskAddress,
  redactAddress,
  redactAddresses,
  redactNumber,
} from '../../../functions/shared/redact-address.ts';
import { takesLessThan } from '../../helpers/processor-time.ts';
import { sized } from '../../helpers/size.ts';

describe('a redacted address', () => {
  it.each([
    ['https://a.org/feed.xml', 'https://a.org/feed.xml'],
    ['https://a.org', 'https://a.org'],
    ['https://a.org/@user/feed', 'https://a.org/@user/feed'],
    ['https://a.org/?feed=rss2', 'https://a.org/?feed=rss2'],
    [`https://a.org/?key=abc&x=\${N}&y=a\${N}b`, `https://a.org/?key=***&x=\${N}&y=***\${N}***`],
    ['https://a.org/?abc', 'https://a.org/?***'],
    ['https://a.org/?a=b;c=d', 'https://a.org/?a=***;c=***'],
    ['https://u:p@w@a.org:8080/x#token', 'https://a.org:8080/x'],
    ['//u:p@a.org/x', '//a.org/x'],
    ['/login?next=%2Fa', '/login?next=***'],
    ['https://a.org/u/d41d8cd98f00b204/x', 'https://a.org/u/***/x'],
    ['https://a.org/8400e29b-e29b-41d4-a716-446655440000', 'https://a.org/***'],
    [
      'https://a.org/2024/10-facts-about-the-olympics-2024',
      'https://a.org/2024/10-facts-about-the-olympics-2024',
    ],
  ])('%s becomes %s', (address, redacted) => {
    expect(redactAddress(address)).toBe(redacted);
    expect(redactAddress(redacted)).toBe(redacted);
    expect(maskAddress(address)).toHaveLength(address.length);
  });

  const LENGTH = sized(10_000, 50_000);
  it('takes time in proportion to the length of the address', async () => {
    await takesLessThan(LENGTH * 0.16, () => {
      for (const sign of ['@', '?', '&', '/', '=', `\${A`, `\${A}`, 'a1', '://', ';.'])
        for (const text of [sign.repeat(LENGTH), `https://a.org/?${sign.repeat(LENGTH)}`]) {
          redactAddress(text);
          redactAddresses(text);
        }
    });
  });
});

it('redacts the addresses in a text', () => {
  expect(redactAddresses('gone (see "https://a.org/?k=v"), or /b?k=v. Why? Because.')).toBe(
    'gone (see "https://a.org/?k=***"), or /b?k=***. Why? Because.',
  );
});

it.each(['key', 'api_key', 'apiKey', 'X-Amz-Signature', 'access_token', 'PIN', 'auth', 'password', 'sid'])(
  '%s is the name of a secret',
  (name) => expect(isSecretParameterName(name)).toBe(true),
);
it.each(['keyword', 'author', 'monkey', 'passage', 'page', 'id', 'q', 'section', 'keys', 'sign'])(
  '%s is not the name of a secret',
  (name) => expect(isSecretParameterName(name)).toBe(false),
);
it.each(['world-news', 'a'.repeat(40), '20240512123456789', 'TheNewYorkTimesWorldNews', 'feed20240512'])(
  '%s does not look like a key',
  (text) => expect(isToken(text)).toBe(false),
);

it('a phone number keeps its beginning and its last two digits', () => {
  expect(redactNumber('+4915112345678')).toBe('+491…78');
  expect(redactNumber('ann@example.com')).toBe('ann@example.com');
});
