import { expect, it } from 'vitest';
import { languageTag } from '../../../../../functions/poll/parser/fields/language-tag.ts';
import { parseFeed } from '../../../../../functions/poll/parser/parse.ts';

it.each([
  ['en', 'en'],
  [' en-GB ', 'en-gb'],
  ['pt_BR', 'pt-br'],
  ['de_DE.UTF-8', 'de-de'],
  ['zh-Hant-TW', 'zh-hant-tw'],
  ['English', 'en'],
  ['jp', 'ja'],
  ['und', undefined],
  ['a language', undefined],
  ['', undefined],
  [undefined, undefined],
])('%j gives %j', (written, expected) => {
  expect(languageTag(written)).toBe(expected);
});

it.each([
  ['<rss version="2.0"><channel><language>en-US</language><item/></channel></rss>', 'en-us', ['en-us']],
  [
    '<rss version="2.0"><channel xml:lang="de"><item/><item xml:lang="fr"/><item><dc:language>it</dc:language></item></channel></rss>',
    'de',
    ['de', 'fr', 'it'],
  ],
  [
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="da"><entry/><entry xml:lang="sv"/></feed>',
    'da',
    ['da', 'sv'],
  ],
  [
    '{"version":"https://jsonfeed.org/version/1.1","language":"nl","items":[{"id":1},{"id":2,"language":"fy"}]}',
    'nl',
    ['nl', 'fy'],
  ],
  ['<rss version="2.0"><channel><item/></channel></rss>', undefined, [undefined]],
])('entries have their own language or the feed’s: %s', async (source, feed, entries) => {
  const parsed = await parseFeed(Buffer.from(source), { now: Date.now() });
  if (!parsed.ok) expect.fail(parsed.failure.detail);
  expect(parsed.feed.language).toBe(feed);
  expect(parsed.feed.entries.map(({ language }) => language)).toEqual(entries);
});
