import { describe, expect, it } from 'vitest';
import { hubClient } from '../../../../functions/poll/push/hub-client.ts';
import { listening, loopbackServer, refusingUrl } from '../../../helpers/loopback-server.ts';

const FEED = 'http://127.0.0.1/feed';
const form = new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.secret': 's' });
const ask = (hub: string, { feedUrl = FEED, loopback = true } = {}) =>
  hubClient(Date.now, { loopback })({ hub, feedUrl, form, userAgent: 'test' });

describe('a request to a hub', () => {
  it.each([
    [202, true],
    [204, true],
    [400, false],
    [500, false],
    [302, false],
  ])('answered with %i: accepted is %s', async (status, accepted) => {
    const hub = await loopbackServer((response) => response.writeHead(status).end('reason'));
    expect(await ask(hub.url)).toBe(accepted);
    expect(hub.requests).toMatchObject([
      {
        body: form.toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'test' },
      },
    ]);
  });

  it('is sent again where a redirect leads that keeps the method', async () => {
    const last = await loopbackServer((response) => response.writeHead(202).end());
    const first = await loopbackServer((response) => response.writeHead(307, { location: last.url }).end());
    expect(await ask(first.url)).toBe(true);
    expect(last.requests.map(({ body }) => body)).toEqual([form.toString()]);
  });

  it('ends in a loop of redirects, at a closed port, and at a hub that never answers', {
    timeout: 15_000,
  }, async () => {
    const loop = await loopbackServer((response) => response.writeHead(308, { location: '/' }).end());
    expect(await ask(loop.url)).toBe(false);
    expect(loop.requests.length).toBeLessThan(10);
    expect(await ask(await refusingUrl())).toBe(false);
    expect(await ask(await listening(() => undefined))).toBe(false);
  });

  it('never goes to this machine or its network for a feed elsewhere', async () => {
    const hub = await loopbackServer((response) => response.writeHead(202).end());
    expect(await ask(hub.url, { feedUrl: 'https://herald.test/feed' })).toBe(false);
    expect(await ask(hub.url, { loopback: false })).toBe(false);
    expect(await ask('http://169.254.169.254/')).toBe(false);
    expect(hub.requests).toEqual([]);
  });
});
