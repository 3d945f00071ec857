import { describe, expect, it } from 'vitest';
import { feedKey, parseAddress, unusedId } from '../../../cli/feeds/parse-address.ts';

describe('parseAddress', () => {
  it.each([
    ['https://owls.example/rss', 'https://owls.example/rss'],
    ['  http://owls.example ', 'http://owls.example/'],
    ['http://eulen.example/größe?a=1&b=ü', 'http://eulen.example/gr%C3%B6%C3%9Fe?a=1&b=%C3%BC'],
    [
      'https://owls.example/?next=https%3A%2F%2Fx.example',
      'https://owls.example/?next=https%3A%2F%2Fx.example',
    ],
    ['https://owls.example/?copy=1&ampere=2', 'https://owls.example/?copy=1&ampere=2'],
    ['https://owls.example/feed:world', 'https://owls.example/feed:world'],
  ])('reads %s as %s', (text, url) => expect(parseAddress(text)).toEqual({ url }));

  it.each([
    ['feed://owls.example/rss', 'http://owls.example/rss'],
    ['feed:owls.example/rss', 'http://owls.example/rss'],
    ['feed:http://owls.example/rss', 'http://owls.example/rss'],
    ['FEED:https://owls.example/rss', 'https://owls.example/rss'],
    ['feed://https://owls.example/rss', 'https://owls.example/rss'],
    ['feeds://owls.example/rss', 'https://owls.example/rss'],
    ['itpc://owls.example/rss', 'http://owls.example/rss'],
    ['pcast://owls.example/rss', 'http://owls.example/rss'],
    ['podcast://owls.example/rss', 'http://owls.example/rss'],
    ['podcast:https://owls.example/rss', 'https://owls.example/rss'],
    ['rss://owls.example/rss', 'http://owls.example/rss'],
  ])('reads %s, with the scheme of an app, as %s', (text, url) =>
    expect(parseAddress(text)).toEqual({ url }),
  );

  it.each([
    ['https://owls.example/?a=1&amp;b=2', 'https://owls.example/?a=1&b=2'],
    ['https://owls.example/?a=1&amp;amp;b=2', 'https://owls.example/?a=1&b=2'],
    ['https://owls.example/?a=1&#038;b=2&#38;c=3&#x26;d=4', 'https://owls.example/?a=1&b=2&c=3&d=4'],
    ['https%3A%2F%2Fowls.example%2Frss%3Fa%3D1', 'https://owls.example/rss?a=1'],
  ])('reads %s, escaped too often, as %s', (text, url) => expect(parseAddress(text)).toEqual({ url }));

  it.each([
    ['owls.example/rss', 'https://owls.example/rss'],
    ['www.owls.example', 'https://www.owls.example/'],
    ['//owls.example/rss', 'https://owls.example/rss'],
    ['owls.example:8080/rss', 'https://owls.example:8080/rss'],
    ['localhost:8080/rss', 'https://localhost:8080/rss'],
    ['127.0.0.1/rss', 'https://127.0.0.1/rss'],
    ['rss.owls.example:8080/rss', 'https://rss.owls.example:8080/rss'],
    ['eulen.example/größe', 'https://eulen.example/gr%C3%B6%C3%9Fe'],
    ['owls.example/rss?from=https://x.example', 'https://owls.example/rss?from=https://x.example'],
    ['http//owls.example/rss', 'http://owls.example/rss'],
    ['http:/owls.example/rss', 'http://owls.example/rss'],
    ['http://https://owls.example/rss', 'https://owls.example/rss'],
    ['<https://owls.example/rss>', 'https://owls.example/rss'],
    ['"https://owls.example/rss"', 'https://owls.example/rss'],
  ])('reads %s, as people type it, as %s', (text, url) => expect(parseAddress(text)).toEqual({ url }));

  it.each([
    ['', 'not an address'],
    ['owls', 'not an address'],
    ['/rss.xml', 'not an address'],
    ['rss.xml', 'not an address'],
    ['news & weather', 'not an address'],
    ['http://', 'not an address'],
    ['ftp://owls.example/rss', 'an address with ftp:, not http: or https:'],
    ['javascript:alert(1)', 'an address with javascript:, not http: or https:'],
    ['feed:javascript:alert(1)', 'not an address'],
    ['http://me:secret@owls.example/', 'an address with a user name or password'],
    [`http://owls.example/${'a'.repeat(2_000)}`, 'an address of more than 2000 characters'],
  ])('rejects "%s"', (text, fault) => expect(parseAddress(text)).toEqual({ fault }));
});

describe('feedKey', () => {
  it.each([
    'http://owls.example/rss/',
    'https://OWLS.example/rss',
    'https://owls.example:443/rss#top',
    'https://owls.example/rss?utm_source=reader&utm_medium=feed',
  ])('is the same for %s', (address) => expect(feedKey(address)).toBe('owls.example/rss'));

  it.each([
    ['https://owls.example/rss?cid=12', 'https://owls.example/rss?cid=13'],
    ['https://owls.example/?rss', 'https://owls.example/'],
    ['https://owls.example/rss', 'https://owls.example:8443/rss'],
    ['https://www.owls.example/rss', 'https://owls.example/rss'],
  ])('differs for %s and %s', (a, b) => expect(feedKey(a)).not.toBe(feedKey(b)));
});

describe('unusedId', () => {
  it('returns the slug if possible, and never an id that is taken', () => {
    expect(unusedId('owls', 'https://owls.example/', new Set())).toBe('owls');
    const second = unusedId('owls', 'https://owls.example/', new Set(['owls']));
    expect(second).toMatch(/^owls-[0-9a-f]{8}$/);
    expect(unusedId('owls', 'https://owls.example/', new Set(['owls', second]))).toMatch(
      /^feed-[0-9a-f]{16}$/,
    );
    expect(unusedId('', 'https://owls.example/', new Set())).toMatch(/^feed-[0-9a-f]{8}$/);
  });
});
