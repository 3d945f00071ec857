import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../functions/shared/model.ts';
import { dayOf } from '../../../local/web/time-markup.ts';
import { alertEntry, alertOf, delivery, publishedMessage, reason } from '../../helpers/sample-alerts.ts';
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
    for (const path of ['/', '/state', '/healthz', '/nothing']) {
      const { status, body } = await get(path, { host });
      expect(status).toBe(421);
      expect(body).not.toContain('Ostrand');
    }
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('refuses %s', async (method) => {
    const { get } = await servePage();
    const { status, headers } = await get('/', {}, method);
    expect(status).toBe(405);
    expect(headers.allow).toBe('GET, HEAD');
  });

  it.each(['/favicon.ico', '/index.html', '//', '/state/', '/../etc/passwd', 'http://evil.example/'])(
    'answers 404 at %s',
    async (path) => {
      const { get } = await servePage();
      expect((await get(path)).status).toBe(404);
    },
  );

  it('reports its health', async () => {
    const { get } = await servePage();
    const { status, headers, body } = await get('/healthz');
    expect([status, headers['content-type'], JSON.parse(body)]).toEqual([
      200,
      'application/json; charset=utf-8',
      { ok: true },
    ]);
  });

  it('answers HEAD as GET, without a body', async () => {
    const { get } = await servePage();
    for (const path of ['/', '/state', '/healthz', '/nothing']) {
      const [full, head] = [await get(path), await get(path, {}, 'HEAD')];
      expect(head.body).toBe('');
      expect({ ...head.headers, date: '' }).toEqual({ ...full.headers, date: '' });
    }
  });

  it('allows only its own style and script, and no framing, caching or embedding', async () => {
    const { get } = await servePage();
    for (const path of ['/', '/state', '/nothing']) {
      expect((await get(path)).headers).toMatchObject({
        'content-security-policy': expect.stringMatching(
          /^default-src 'none'; .*base-uri 'none'; form-action 'self'; frame-ancestors 'none'$/,
        ),
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
    }
    const { headers, body } = await get();
    const policy = headers['content-security-policy'];
    expect(policy).not.toContain('unsafe');
    for (const name of ['script', 'style']) {
      const content = new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(body)?.[1] ?? '';
      expect(policy).toContain(
        `${name}-src 'sha256-${createHash('sha256').update(content).digest('base64')}'`,
      );
    }
    expect(body).not.toMatch(/ style=| on\w+=/);
  });

  it('answers 304 if nothing has changed', async () => {
    const { get, outbox } = await servePage();
    const { headers, body } = await get('/state');
    expect(body).toMatch(/^<div id="state">/);
    const again = { 'if-none-match': headers.etag };
    expect(await get('/state', again)).toMatchObject({ status: 304, body: '' });
    outbox.recordPublish(publishedMessage('a'));
    const changed = await get('/state', again);
    expect(changed.status).toBe(200);
    outbox.recordDelivery(['a'], delivery('mailed'));
    expect((await get('/state', { 'if-none-match': changed.headers.etag })).status).toBe(200);
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

  it('shows the newest alert first, under its day', async () => {
    const { get, outbox } = await servePage();
    const [before, after] = ['2031-10-12T12:00:00.000Z', '2031-10-14T12:00:00.000Z'];
    outbox.recordPublish(publishedMessage('a', alertOf(), { at: before }));
    const second = alertOf({ entries: [alertEntry({ title: 'A second summit' })] });
    outbox.recordPublish(publishedMessage('b', second, { at: after }));
    const { text } = readHtml((await get()).body);
    const inOrder = [dayOf(after), 'A second summit', dayOf(before), 'Ostrand and Veloza meet'];
    const places = inOrder.map((part) => text.indexOf(part));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('shows one topic’s alerts, and all alerts, on request', async () => {
    const { get, outbox } = await servePage();
    for (let n = 0; n < 60; n++) {
      const topic = n % 20 === 0 ? { topicId: 'floods', topicName: 'Floods' } : {};
      outbox.recordPublish(
        publishedMessage(`m${n}`, alertOf({ ...topic, entries: [alertEntry({ title: `Story ${n}.` })] })),
      );
    }
    const stories = async (path: string) => readHtml((await get(path)).body).text.match(/Story \d+\./g) ?? [];
    expect(await stories('/')).toHaveLength(50);
    expect((await get()).body).toContain('<a href="/?all=">Show all 60 alerts</a>');
    expect(await stories('/?all=')).toHaveLength(60);
    expect(await stories('/?topic=floods')).toEqual(['Story 40.', 'Story 20.', 'Story 0.']);
    expect(await stories('/state?topic=floods')).toHaveLength(3);
    expect(readHtml((await get('/?topic=%3Cb%3E')).body).text).toContain('No alerts about this topic yet.');
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
    const { text } = readHtml((await get()).body);
    expect(text).toContain('1 feed is failing.');
    expect(text).toMatch(
      /Feeds 3 Bad News \d\d:\d\d failed \(http\): 503, 4 times in a row The Herald \d\d:\d\d unchanged Not Asked not polled yet/,
    );
  });

  it('shows the first hundred feeds, with a link to all', async () => {
    const feeds = Array.from({ length: 5_000 }, (_, n) =>
      feedLine({ id: `${n}`, title: `Feed ${n}`, failures: n === 4_999 ? 1 : 0 }),
    );
    const { get } = await servePage({ feeds: () => feeds });
    const rows = async (path: string) => (await get(path)).body.match(/id="feed-\d+"/g) ?? [];
    const few = await rows('/state?topic=floods');
    expect(few).toHaveLength(100);
    expect(few[0]).toBe('id="feed-4999"');
    const { body } = await get('/?topic=floods');
    expect(body).toContain('Watching <a href="#feeds">5,000 feeds</a> for');
    expect(body).toContain('<a href="/?topic=floods&amp;feeds=all#feeds">Show all 5,000 feeds</a>');
    expect(await rows('/?feeds=all')).toHaveLength(5_000);
    expect((await get('/?feeds=all')).body).not.toContain('id="all-feeds"');
  });

  it('updates a feed after a poll', async () => {
    const lines = [feedLine({ lastOutcome: 'unchanged' })];
    const { get } = await servePage({ feeds: () => lines });
    expect(readHtml((await get()).body).text).toContain('unchanged');
    lines[0] = feedLine({ lastOutcome: '3 new' });
    expect(readHtml((await get()).body).text).toContain('3 new');
  });

  it('mentions queues only if they have messages or dead letters', async () => {
    const withQueues = (waiting: number, dead: number) =>
      servePage({ status: () => ({ ...status, queues: [{ name: 'hits', waiting, dead }] }) });
    const textWith = async (waiting: number, dead: number) =>
      readHtml((await (await withQueues(waiting, dead)).get()).body).text;
    expect(await textWith(0, 0)).not.toContain('hits');
    expect(await textWith(3, 0)).toContain('Messages queued: hits 3.');
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
    const { status: code, body } = await get(`/?topic=`);
    expect(code).toBe(200);
    for (const path of ['/', `/?topic=${encodeURIComponent(evil)}`]) {
      const { tags, text, unclosed } = readHtml((await get(path)).body);
      expect(unclosed).toEqual([]);
      expect(tags.filter(({ name }) => name === 'script')).toEqual([{ name: 'script', attributes: {} }]);
      expect(tags.some(({ name }) => name === 'img')).toBe(false);
      expect(
        tags.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => /^on|^style$/.test(name)),
      ).toEqual([]);
      const links = tags.filter(({ name }) => name === 'a').map(({ attributes }) => attributes);
      for (const { href = '', rel, target } of links) {
        expect(href).toMatch(/^(\/|#|https:\/\/a\.example\/)/);
        if (href.startsWith('https:')) expect([rel, target]).toEqual(['noopener noreferrer', '_blank']);
      }
      if (path === '/') expect(text).toContain('<img src=x onerror="alert(1)">');
    }
    expect(body).not.toContain('<script>alert');
  });
});
