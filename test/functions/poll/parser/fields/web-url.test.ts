import { describe, expect, it } from 'vitest';
import { webUrl } from '../../../../../functions/poll/parser/fields/web-url.ts';
import { takesLessThan } from '../../../../helpers/processor-time.ts';

const FEED = 'https://herald.test/feeds/news.xml';
const read = (text: string, base = FEED) => webUrl(text, { base });

it.each([
  'http:/tolmark.example/a',
  'http:tolmark.example/a',
  'http:\\\\tolmark.example\\a',
  'http:///tolmark.example/a',
  'http//tolmark.example/a',
  'http//:tolmark.example/a',
  'http:://tolmark.example/a',
  'http;//tolmark.example/a',
  'htp://tolmark.example/a',
  'htttp://tolmark.example/a',
  'hhttp://tolmark.example/a',
  'ttp://tolmark.example/a',
  'HTTP://tolmark.example/a',
  'http://http://tolmark.example/a',
])('repairs the scheme of %s', (address) => {
  expect(read(address)).toBe('http://tolmark.example/a');
  expect(read(address.replace(/p(?=[:;/])/gi, 'ps'))).toBe('https://tolmark.example/a');
  expect(webUrl(address)).toBe('http://tolmark.example/a');
});

it.each([
  ['www.tolmark.example', 'https://www.tolmark.example/'],
  ['WWW.tolmark.example/a?b=1', 'https://www.tolmark.example/a?b=1'],
  ['herald.test/a', 'https://herald.test/a'],
  ['news.herald.test:8080/a', 'https://news.herald.test:8080/a'],
  ['tolmark.com/a', 'https://tolmark.com/a'],
  ['tolmark.co.uk/a', 'https://tolmark.co.uk/a'],
  ['//tolmark.example/a', 'https://tolmark.example/a'],
  ['://tolmark.example/a', 'https://tolmark.example/a'],
])('adds a scheme to %s', (address, expected) => {
  expect(read(address)).toBe(expected);
});

it('uses the scheme of the feed only for the feed’s own host', () => {
  expect(read('herald.test/a', 'http://herald.test/feed')).toBe('http://herald.test/a');
  expect(read('www.tolmark.com/a', 'http://herald.test/feed')).toBe('https://www.tolmark.com/a');
});

it.each([
  'index.html',
  'post.html',
  'a.b/c',
  'notes.php/2026',
  'https.html',
  'http-status/404',
  'v1.2/notes',
  '1.2.3.4/x',
])('reads %s as a path', (path) => {
  expect(read(path)).toBe(`https://herald.test/feeds/${path}`);
});

it.each([
  'mailto:a@herald.test',
  'javascript:alert(1)',
  'ftp://herald.test/a',
  'tag:herald.test,2026:1',
  'urn:x',
  'https://',
])('%s is not a web address', (address) => {
  expect(read(address)).toBeUndefined();
});

describe('decodes entities', () => {
  it.each([
    ['https://a.test/?a=1&amp;b=2', 'https://a.test/?a=1&b=2'],
    ['https://a.test/?a=1&amp;amp;b=2', 'https://a.test/?a=1&b=2'],
    ['https://a.test/?a=1&#38;b=2&#038;c=3', 'https://a.test/?a=1&b=2&c=3'],
    ['https://a.test/?a=1&#x26;b=2&AMP;c=3', 'https://a.test/?a=1&b=2&c=3'],
    ['https:&#x2F;&#x2F;a.test&#47;b', 'https://a.test/b'],
    ['https://a.test/?a=1&copy=2&lt=3&amp', 'https://a.test/?a=1&copy=2&lt=3&amp'],
    ['https://a.test/?a=b%26amp;c#d', 'https://a.test/?a=b%26amp;c#d'],
  ])('in %s', (address, expected) => {
    expect(read(address)).toBe(expected);
  });
});

it('removes invisible characters around an address', () => {
  expect(read('\ufeff\u200bhttps://a.test/b\u200b\n')).toBe('https://a.test/b');
});

it('takes linear time', async () => {
  await takesLessThan(1_000, () => {
    for (const part of ['a.', 'http:', '&amp;', '&#38;', '/', 'w', '.', '\u200b', 'tp'])
      for (let n = 0; n < 200; n++) read(part.repeat(2_000 / part.length));
  });
});
