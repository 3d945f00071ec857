import { describe, expect, it } from 'vitest';
import type { Alert } from '../../functions/shared/model.ts';
import { dayOf } from '../../web/time-markup.ts';
import { eventually } from '../helpers/eventually.ts';
import { alertEntry, alertOf, delivery, publishedMessage, reason } from '../helpers/sample-alerts.ts';
import { feedLine, readHtml, servePage, status } from './served-page.ts';

describe('the server', () => {
  it.each(['127.0.0.1', '127.0.0.1:8710', 'localhost:8710', 'LOCALHOST', '[::1]:1'])(
    'answers to %s',
    async (host) => {
      const { get } = await servePage();
      expect((await get('/', { host })).status).toBe(200);
    },
  );

  it.each([
    'rebound.example',
    'rebound.example:8710',
    '127.0.0.1.example',
    'localhost.example',
    '192.168.0.7',
    'evil@127.0.0.1',
  ])('refuses the host %j, which may be another site’s name for this machine', async (host) => {
    const { get, outbox } = await servePage();
    outbox.recordPublish(publishedMessage('a'));
    for (const path of ['/', '/feeds', '/healthz', '/nothing']) {
      const { status, body } = await get(path, { host });
      // The server itself refuses some that are no hosts.
      expect([400, 421]).toContain(status);
      expect(body).not.toContain('Ostrand');
    }
  });

  it.each(['PUT', 'DELETE', 'OPTIONS', 'PATCH'])('refuses %s', async (method) => {
    const { get } = await servePage();
    const { status, headers } = await get('/', {}, method);
    expect(status).toBe(405);
    expect(headers.allow).toBe('GET, HEAD');
  });

  it.each([
    '/favicon.ico',
    '/index.html',
    '//',
    '/feeds/',
    '/assets/0/page.css',
    '/assets/../app.ts',
    '/../etc/passwd',
    'http://evil.example/x',
  ])('answers 404 at %s', async (path) => {
    const { get } = await servePage();
    expect((await get(path)).status).toBe(404);
  });

  it('reports its health', async () => {
    const { get } = await servePage();
    const { status, headers, body } = await get('/healthz');
    expect([status, headers['content-type'], JSON.parse(body)]).toEqual([
      200,
      'application/json',
      { ok: true },
    ]);
  });

  it('answers HEAD as GET, without a body', async () => {
    const { get } = await servePage();
    for (const path of ['/', '/feeds', '/healthz', '/nothing']) {
      const [full, head] = [await get(path), await get(path, {}, 'HEAD')];
      expect(head.body).toBe('');
      const { date: _, 'content-length': __, ...headers } = full.headers;
      expect([head.status, head.headers]).toEqual([full.status, expect.objectContaining(headers)]);
    }
  });

  it('allows only its own files, and no framing, caching or embedding', async () => {
    const { get } = await servePage();
    for (const path of ['/', '/feeds', '/nothing']) {
      expect((await get(path)).headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        'referrer-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
      expect((await get(path)).headers).not.toHaveProperty('access-control-allow-origin');
    }
    const { body } = await get();
    expect(body).not.toMatch(/ style=| on\w+=|<style|<script>/);
    const files = [...body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(files).toHaveLength(3);
    for (const path of files)
      expect(await get(path)).toMatchObject({
        status: 200,
        headers: { 'cache-control': expect.stringContaining('immutable') },
      });
  });

  it('answers 304 if nothing has changed', async () => {
    const { get, outbox, change } = await servePage();
    const { headers } = await get('/');
    const again = { 'if-none-match': headers.etag };
    expect(await get('/', again)).toMatchObject({ status: 304, body: '' });
    outbox.recordPublish(publishedMessage('a'));
    change();
    const changed = await get('/', again);
    expect(changed.status).toBe(200);
    outbox.recordDelivery(['a'], delivery('mailed'));
    change();
    expect((await get('/', { 'if-none-match': changed.headers.etag })).status).toBe(200);
  });

  it('sends an event when something has changed, and stops with the browser', async () => {
    const { address, change, listeners } = await servePage();
    const before = listeners.size;
    const stop = new AbortController();
    const response = await fetch(`${address}/events`, { signal: stop.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body?.getReader();
    change();
    const { value } = (await reader?.read()) ?? {};
    expect(new TextDecoder().decode(value)).toContain('event: change');
    expect(listeners.size).toBe(before + 1);
    stop.abort();
    await eventually(() => expect(listeners.size).toBe(before));
  });

  it('survives an error while rendering', async () => {
    const { get } = await servePage({
      feeds: () => {
        throw new Error('no feeds today');
      },
    });
    expect(await get()).toMatchObject({ status: 500, body: expect.stringContaining('no feeds today') });
    expect((await get('/healthz')).status).toBe(200);
  });
});

describe('the page', () => {
  it('says what is running', async () => {
    const { get } = await servePage();
    const { text, tags, unclosed } = readHtml((await get()).body);
    expect(text).toMatch(/Watching 1 feed for 2 topics since \d\d:\d\d\. Next check at \d\d:\d\d:00\./);
    expect(text).toContain('No alerts yet.');
    expect(text).not.toContain('invented');
    expect(unclosed).toEqual([]);
    expect(tags.filter(({ name }) => name === 'meta').map(({ attributes }) => attributes)).toContainEqual({
      'http-equiv': 'refresh',
      content: '15',
    });
  });

  it('clearly marks the demo', async () => {
    const { get } = await servePage({ demo: true });
    const { body } = await get();
    expect(body).toContain('<title>news-alerts (demo)</title>');
    expect(readHtml(body).text).toContain('Demo The news is invented and comes from this machine');
  });

  it('shows the story of the newest message first, under its day', async () => {
    const { get, outbox } = await servePage();
    const [before, after] = ['2031-10-12T12:00:00.000Z', '2031-10-14T12:00:00.000Z'];
    outbox.recordPublish(publishedMessage('a', alertOf(), { at: before }));
    const second = alertOf({ entries: [alertEntry({ storyId: 'second', title: 'A second summit' })] });
    outbox.recordPublish(publishedMessage('b', second, { at: after }));
    const { text } = readHtml((await get()).body);
    const inOrder = [dayOf(after), 'A second summit', dayOf(before), 'Ostrand and Veloza meet'];
    const places = inOrder.map((part) => text.indexOf(part));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('shows one topic’s stories, and all stories, on request', async () => {
    const { get, outbox } = await servePage();
    for (let n = 0; n < 60; n++) {
      const topic = n % 20 === 0 ? { topicId: 'floods', topicName: 'Floods' } : {};
      outbox.recordPublish(
        publishedMessage(
          `m${n}`,
          alertOf({
            ...topic,
            entries: [alertEntry({ storyId: `s${n}`, itemId: `i${n}`, title: `Story ${n}.` })],
          }),
        ),
      );
    }
    const stories = async (path: string) => readHtml((await get(path)).body).text.match(/Story \d+\./g) ?? [];
    expect(await stories('/')).toHaveLength(30);
    expect((await get()).body).toContain('<a href="/?all=">Show all 60 stories</a>');
    expect(await stories('/?all=')).toHaveLength(60);
    expect(await stories('/?topic=floods')).toEqual(['Story 40.', 'Story 20.', 'Story 0.']);
    expect((await get('/?topic=%3Cb%3E')).status).toBe(404);
    expect(await stories('/messages')).toHaveLength(50);
    expect((await get('/messages')).body).toContain('<a href="/messages?all=">Show all 60 alerts</a>');
    expect(await stories('/messages/m7')).toContain('Story 7.');
    expect((await get('/messages/none')).status).toBe(404);
  });

  it('shows each story once, with its developments, sources and deliveries', async () => {
    const { get, outbox } = await servePage();
    const first = alertOf({ entries: [alertEntry({ title: 'Presidents to meet', feed: 'The Herald' })] });
    outbox.recordPublish(publishedMessage('a', first), [delivery('mailed')]);
    const later = alertOf({
      kind: 'follow-up',
      entries: [
        alertEntry({
          role: 'development',
          itemId: 'i2',
          title: 'Presidents sign a treaty',
          feed: 'The Courier',
        }),
        alertEntry({ role: 'also', itemId: 'i3', title: 'Treaty signed', feed: 'Meridian Wire' }),
      ],
    });
    outbox.recordPublish(publishedMessage('b', later), [delivery('failed')]);
    const { body } = await get();
    const { text } = readHtml(body);
    expect(body.match(/<article/g)).toHaveLength(1);
    expect(text).toMatch(
      /3 sources .*Presidents to meet The Herald.*Presidents sign a treaty The Courier.*Also reported by Meridian Wire/,
    );
    expect(text).toContain('2 messages 1 sent 1 failed');
  });

  it('shows feeds with the results of their last polls, failing feeds first', async () => {
    const { get } = await servePage({
      feeds: () => [
        feedLine(),
        feedLine({ id: 'new', title: 'Not Asked', lastOutcome: null, lastAt: null }),
        feedLine({
          id: 'bad',
          title: 'Bad News',
          lastOutcome: 'failed (http): 503, 4 times in a row',
          failures: 4,
        }),
      ],
    });
    for (const path of ['/', '/feeds']) {
      const { text } = readHtml((await get(path)).body);
      expect(text).toMatch(
        /Feeds 3 Bad News 14 October, \d\d:\d\d failed \(http\): 503, 4 times in a row .*The Herald 14 October, \d\d:\d\d unchanged .*Not Asked not polled yet/,
      );
    }
    expect(readHtml((await get()).body).text).toContain('1 feed is failing.');
  });

  it('shows the first hundred feeds, with a link to all', async () => {
    const feeds = Array.from({ length: 5_000 }, (_, n) =>
      feedLine({ id: `${n}`, title: `Feed ${n}`, failures: n === 4_999 ? 1 : 0 }),
    );
    const { get } = await servePage({ feeds: () => feeds });
    const rows = async (path: string) => (await get(path)).body.match(/id="feed-\d+"/g) ?? [];
    expect(await rows('/')).toHaveLength(8);
    const few = await rows('/feeds');
    expect(few).toHaveLength(100);
    expect(few[0]).toBe('id="feed-4999"');
    expect((await get()).body).toContain('Watching <a href="/feeds">5,000 feeds</a> for');
    expect((await get('/feeds')).body).toContain('<a href="/feeds?all=">Show all 5,000 feeds</a>');
    expect(await rows('/feeds?all=')).toHaveLength(5_000);
  });

  it('shows the last polls of a feed', async () => {
    const { get } = await servePage({
      feeds: () => [feedLine({ recent: ['changed', 'unchanged', 'failed', 'failed'] })],
    });
    const { body } = await get('/feeds');
    expect(body).toContain('aria-label="Last 4 polls: 2 failed"');
    expect(body.match(/<rect class="failed"/g)).toHaveLength(2);
  });

  it('updates a feed after a poll', async () => {
    const lines = [feedLine({ lastOutcome: 'unchanged' })];
    const { get } = await servePage({ feeds: () => lines });
    expect(readHtml((await get()).body).text).toContain('unchanged');
    lines[0] = feedLine({ lastOutcome: '3 new' });
    expect(readHtml((await get()).body).text).toContain('3 new');
  });

  it('shows the pipeline with its numbers, waiting messages and dead letters', async () => {
    const textWith = async (waiting: number, dead: number) => {
      const { get } = await servePage({
        status: () => ({ ...status, queues: [{ name: 'hits', waiting, dead }] }),
      });
      return readHtml((await get()).body).text;
    };
    expect(await textWith(0, 0)).toMatch(
      /Feeds 1 watched\s*Poll 12 polls\s*Match 3 new items\s*Notify 2 matches\s*Alerts 1 message/,
    );
    expect(await textWith(3, 0)).toMatch(/Notify 2 matches\s*3 waiting/);
    expect(await textWith(0, 1)).toContain(
      '1 message in the hits queue failed on every try and is now a dead letter.',
    );
    expect(await textWith(0, 2)).toContain(
      '2 messages in the hits queue failed on every try and are now dead letters.',
    );
  });

  it('says why SMS cannot be sent, and how many wait', async () => {
    const sms = { detail: 'SNS in eu-west-1 cannot be reached', nextAt: '2031-10-14T09:00:00.000Z' };
    const { get, outbox } = await servePage({ status: () => ({ ...status, sms }) });
    outbox.recordPublish(publishedMessage('a'), [
      delivery('waiting'),
      delivery('waiting', { protocol: 'sms', endpoint: '+4915112345678' }),
    ]);
    expect(readHtml((await get()).body).text).toMatch(
      /SMS cannot be sent: SNS in eu-west-1 cannot be reached\. 1 SMS is waiting; next try at \d\d:\d\d\./,
    );
  });

  it('says why email cannot be sent, and how many emails wait', async () => {
    const mail = {
      detail: 'mail.internal:587 refused the user or password',
      nextAt: '2031-10-14T09:00:00.000Z',
    };
    const { get, outbox } = await servePage({ status: () => ({ ...status, mail }) });
    outbox.recordPublish(publishedMessage('a'), [
      delivery('waiting'),
      delivery('shown', { protocol: 'sms' }),
    ]);
    const { text } = readHtml((await get()).body);
    expect(text).toMatch(
      /Email cannot be sent: mail\.internal:587 refused the user or password\. 1 email is waiting; next try at \d\d:\d\d\./,
    );
    expect(readHtml((await (await servePage()).get()).body).text).not.toContain('Email cannot');
  });

  it('shows hostile text as text, and links only to the web', async () => {
    const evil = `</script></pre><script>alert(1)</script><img src=x onerror="alert(1)">'"&lt;\u202e`;
    const alert: Alert = alertOf({
      id: evil,
      topicId: `${evil}\ud800`,
      topicName: evil,
      kind: 'follow-up',
      entries: [
        'javascript:alert(1)',
        'data:text/html,x',
        'JaVaScRiPt:alert(1)',
        'https://a.example/"onclick="x',
        'no url',
      ].map((url, n) =>
        alertEntry({
          kind: 'update',
          role: n % 2 === 0 ? 'development' : 'also',
          storyId: `${n}`,
          story: { title: evil, foundAt: evil },
          title: evil,
          previousTitle: evil,
          url,
          feed: evil,
          sources: [evil],
          published: evil,
          why: [reason(evil), reason('x', 'content', evil)],
        }),
      ),
    });
    const { get, outbox } = await servePage({
      feeds: () => [
        feedLine({
          id: evil,
          title: evil,
          url: 'javascript:alert(1)',
          lastOutcome: evil,
          lastAt: evil,
          failures: 1,
        }),
      ],
      status: () => ({
        ...status,
        topics: [{ id: evil, name: evil }],
        queues: [{ name: evil, waiting: 1, dead: 1 }],
      }),
    });
    outbox.recordPublish(publishedMessage(evil, alert, { at: evil, subject: evil }));
    outbox.recordDelivery([evil], delivery('failed', { endpoint: evil, detail: evil }));
    outbox.recordDelivery([evil], delivery('shown', { protocol: 'sms', endpoint: evil }));
    outbox.recordPublish(
      publishedMessage('by hand', alert, { bodies: { default: evil }, subject: evil, receivers: [] }),
    );
    const { status: code, body } = await get(`/?topic=${encodeURIComponent(evil)}`);
    expect(code).toBe(200);
    for (const path of [
      '/',
      `/?topic=${encodeURIComponent(evil)}`,
      '/messages',
      `/messages/${encodeURIComponent(evil)}`,
      '/feeds',
    ]) {
      const { tags, text, unclosed } = readHtml((await get(path)).body);
      expect(unclosed).toEqual([]);
      expect(tags.filter(({ name }) => name === 'script')).toHaveLength(2);
      expect(tags.some(({ name }) => name === 'img')).toBe(false);
      expect(
        tags.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => /^on|^style$/.test(name)),
      ).toEqual([]);
      const links = tags.filter(({ name }) => name === 'a').map(({ attributes }) => attributes);
      for (const { href = '', rel, target } of links) {
        expect(href).toMatch(/^(\/(?!\/)|#|https:\/\/a\.example\/)/);
        if (href.startsWith('https:')) expect([rel, target]).toEqual(['noopener noreferrer', '_blank']);
      }
      if (path === '/') expect(text).toContain('<img src=x onerror="alert(1)">');
    }
    expect(body).not.toContain('<script>alert');
  });
});
