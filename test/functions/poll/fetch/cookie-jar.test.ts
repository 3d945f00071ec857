import { describe, expect, it } from 'vitest';
import { CookieJar } from '../../../../functions/poll/fetch/cookie-jar.ts';
import { httpFetch } from '../../../../functions/poll/fetch/http-fetch.ts';
import { loopbackServer } from '../../../helpers/loopback-server.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const from = 'https://www.herald.test/news/feed.xml';

/** Returns the Cookie header for an address after `setBy` has set these cookies. */
function headerFor(to: string, cookies: readonly string[], setBy = from): string {
  const jar = new CookieJar();
  jar.store(new URL(setBy), cookies, NOW);
  return jar.headerFor(new URL(to));
}

describe('a cookie', () => {
  it.each<[string, string, string, string]>([
    ['is sent back', from, 'a=1', 'a=1'],
    ['is sent only to the host that set it', 'https://herald.test/news/', 'a=1; Path=/', ''],
    ['is not sent to subdomains of its host', 'https://x.www.herald.test/news/', 'a=1; Path=/', ''],
    ['is sent below its path', 'https://www.herald.test/news/2026/feed', 'a=1', 'a=1'],
    ['is not sent beside its path', 'https://www.herald.test/newsroom', 'a=1', ''],
    ['is sent below the path that it names', 'https://www.herald.test/', 'a=1; path=/', 'a=1'],
    ['is not sent to other paths', 'https://www.herald.test/news', 'a=1; Path=/gate', ''],
    ['is sent to its domain', 'https://gate.herald.test/news/', 'a=1; Domain=herald.test', 'a=1'],
    [
      'is sent to its domain, written with a dot',
      'https://herald.test/news/',
      'a=1; domain=.Herald.test',
      'a=1',
    ],
    ['is not sent to another domain', 'https://other.test/news/', 'a=1; Domain=herald.test', ''],
    [
      'is not sent to a domain with the same ending',
      'https://xherald.test/news/',
      'a=1; Domain=herald.test',
      '',
    ],
    ['of another domain is not kept', 'https://other.test/', 'a=1; Domain=other.test; Path=/', ''],
    ['of a top-level domain is not sent to other hosts', 'https://other.test/news/', 'a=1; Domain=test', ''],
    ['of a top-level domain is sent to its host', from, 'a=1; Domain=test', 'a=1'],
    ['that is secure is not sent over http', 'http://www.herald.test/news/', 'a=1; Secure', ''],
    [
      'that is not secure is sent over http',
      'http://www.herald.test/news/',
      'a=1; HttpOnly; SameSite=Lax',
      'a=1',
    ],
    ['that has expired by Max-Age is not kept', from, 'a=1; Max-Age=0', ''],
    ['that has expired by Expires is not kept', from, 'a=1; Expires=Thu, 01-Jan-1970 00:00:00 GMT', ''],
    ['that has not expired is kept', from, 'a=1; Expires=Thu, 01-Jan-2037 00:00:00 GMT', 'a=1'],
    [
      'follows Max-Age rather than Expires',
      from,
      'a=1; Max-Age=60; Expires=Thu, 01-Jan-1970 00:00:00 GMT',
      'a=1',
    ],
    ['may have a value with punctuation', from, 'a="b=c, d"; Path=/', 'a="b=c, d"'],
    ['may have no name', from, 'token; Path=/', 'token'],
    ['may have no value', from, 'a=', 'a='],
    ['that is empty is ignored', from, '; Path=/', ''],
    ['that could not be sent is ignored', from, 'a=\u0001b', ''],
    ['that is too long is ignored', from, `a=${'b'.repeat(5_000)}`, ''],
  ])('%s', (_what, to, cookie, header) => expect(headerFor(to, [cookie])).toBe(header));

  it('of co.uk is not sent to another site below co.uk', () => {
    const setBy = 'https://a.co.uk/';
    expect(headerFor('https://b.co.uk/', ['x=1; Domain=co.uk'], setBy)).toBe('');
    expect(headerFor('https://www.a.co.uk/', ['x=1; Domain=a.co.uk'], setBy)).toBe('x=1');
  });

  it('of an IP address is sent to that address only', () => {
    expect(headerFor('http://127.0.0.1/', ['x=1; Domain=0.0.1; Path=/'], 'http://127.0.0.1/')).toBe('x=1');
    expect(headerFor('http://2.0.0.1/', ['x=1; Domain=0.0.1; Path=/'], 'http://127.0.0.1/')).toBe('');
  });

  it('that is secure is sent to this machine without https', () => {
    for (const url of ['http://127.0.0.1/', 'http://localhost/', 'http://[::1]/'])
      expect(headerFor(url, ['x=1; Secure'], url)).toBe('x=1');
  });

  it('replaces an earlier one of its name', () => {
    expect(headerFor(from, ['a=1', 'b=2', 'a=3'])).toBe('b=2; a=3');
    expect(headerFor(from, ['a=1', 'b=2', 'a=; Max-Age=0'])).toBe('b=2');
  });

  it('is ignored once there are 50', () => {
    const many = Array.from({ length: 200 }, (_, n) => `c${n}=1`);
    expect(headerFor(from, many).split('; ')).toHaveLength(50);
  });
});

describe('redirects that set cookies', () => {
  const fetch = httpFetch({ clock: () => NOW, guard: { loopback: true } });
  const has = (cookie: string, { headers }: { headers: { readonly cookie?: string | undefined } }) =>
    (headers.cookie ?? '').split('; ').includes(cookie);

  it('and lead to themselves are followed, and the cookie is forgotten afterwards', async () => {
    const { url, requests } = await loopbackServer((response, _n, request) =>
      has('seen=1', request)
        ? response.end('<rss/>')
        : response.writeHead(302, { location: '/feed', 'set-cookie': ['seen=1; Path=/', 'b=2'] }).end(),
    );
    for (let n = 0; n < 2; n++)
      expect(await fetch({ url: `${url}/feed` })).toMatchObject({ kind: 'document', url: `${url}/feed` });
    expect(requests.map(({ headers }) => headers.cookie)).toEqual([
      undefined,
      'seen=1; b=2',
      undefined,
      'seen=1; b=2',
    ]);
  });

  it('and lead through another page and back are followed, and the feed has not moved', async () => {
    const { url } = await loopbackServer((response, _n, request) => {
      if (has('tok=7', request)) response.end('<rss/>');
      else if (request.path === '/feed') response.writeHead(301, { location: '/gate?to=/feed' }).end();
      else response.writeHead(301, { location: '/feed', 'set-cookie': 'tok=7; Path=/' }).end();
    });
    const fetched = await fetch({ url: `${url}/feed` });
    expect(fetched).toMatchObject({ kind: 'document', url: `${url}/feed` });
    expect(fetched).not.toHaveProperty('moved');
  });

  it('in two steps are followed', async () => {
    const { url } = await loopbackServer((response, _n, request) => {
      if (has('b=2', request)) response.end('<rss/>');
      else
        response
          .writeHead(307, {
            location: '/feed',
            'set-cookie': `${has('a=1', request) ? 'b=2' : 'a=1'}; Path=/`,
          })
          .end();
    });
    expect(await fetch({ url: `${url}/feed` })).toMatchObject({ kind: 'document' });
  });

  it('and lead back with nothing new are given up at once', async () => {
    const { url, requests } = await loopbackServer((response) =>
      response.writeHead(302, { location: '/feed', 'set-cookie': 'a=1; Path=/' }).end(),
    );
    expect(await fetch({ url: `${url}/feed` })).toMatchObject({
      failure: { kind: 'redirects', detail: `a redirect loop back to ${url}/feed` },
    });
    expect(requests).toHaveLength(2);
  });

  it('and keep changing them are given up after the maximum', async () => {
    const { url, requests } = await loopbackServer((response, number) =>
      response.writeHead(302, { location: '/feed', 'set-cookie': `a=${number}; Path=/` }).end(),
    );
    expect(await fetch({ url: `${url}/feed` })).toMatchObject({
      failure: { kind: 'redirects', detail: expect.stringContaining('more than 5 redirects') },
    });
    expect(requests).toHaveLength(6);
  });

  it('send them to no other host', async () => {
    const { url, requests } = await loopbackServer((response, number) => {
      const location = `http://localhost:${new URL(url).port}/`;
      if (number > 1) response.end('<rss/>');
      else response.writeHead(302, { location, 'set-cookie': 'a=1; Path=/' }).end();
    });
    expect(await fetch({ url })).toMatchObject({ kind: 'document' });
    expect(requests.map(({ headers }) => [headers.host?.split(':')[0], headers.cookie])).toEqual([
      ['127.0.0.1', undefined],
      ['localhost', undefined],
    ]);
  });
});

describe('a redirect to a location', () => {
  const fetch = httpFetch({ clock: () => NOW, guard: { loopback: true } });
  const bytes = (text: string) => Buffer.from(text).toString('latin1');

  it.each([
    ['in raw UTF-8', bytes('/новости.xml'), '/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8.xml'],
    ['in raw UTF-8 in a query', bytes('/f?q=störung'), '/f?q=st%C3%B6rung'],
    ['in raw Latin-1', 'grö\u00dfe.xml', '/a/gr%F6%DFe.xml'],
    ['escaped already', '/%D0%BD.xml', '/%D0%BD.xml'],
    ['with blanks', '/my feed.xml', '/my%20feed.xml'],
    ['relative', '../b.xml', '/b.xml'],
    ['with a fragment', 'b.xml#top', '/a/b.xml'],
    ['that is only a query', '?feed=rss', '/a/feed?feed=rss'],
  ])('%s is followed', async (_what, location, path) => {
    const { url, requests } = await loopbackServer((response, number) => {
      if (number > 1) response.end('<rss/>');
      else response.socket?.end(Buffer.from(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\n\r\n`, 'latin1'));
    });
    expect(await fetch({ url: `${url}/a/feed` })).toMatchObject({ kind: 'document', url: `${url}${path}` });
    expect(requests.map((request) => request.path)).toEqual(['/a/feed', path]);
  });

  it('without a scheme keeps the current one', async () => {
    const { url } = await loopbackServer((response, number) => {
      if (number > 1) response.end('<rss/>');
      else response.writeHead(301, { location: `//${new URL(url).host}/b` }).end();
    });
    expect(await fetch({ url })).toMatchObject({ kind: 'document', url: `${url}/b`, moved: `${url}/b` });
  });
});
