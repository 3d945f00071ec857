import { createHmac } from 'node:crypto';
import dns from 'node:dns';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sendChatMessage } from '../../../functions/chat/send.ts';
import type { Sending } from '../../../functions/chat/service.ts';
import { CHAT_SERVICES } from '../../../functions/chat/services.ts';
import { renderAlert } from '../../../functions/notify/render/render-alert.ts';
import type { ChatAddress } from '../../../functions/shared/model.ts';
import { loopbackServer, refusingUrl } from '../../helpers/loopback-server.ts';
import { alertOf } from '../../helpers/sample-alerts.ts';
import { DOCUMENTED } from './documented-limits.ts';
import { addressAt, EACH_SERVICE, SECRETS, SIGNING_SECRET, TOKEN } from './sample-addresses.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const NOW = Date.parse('2031-10-14T09:00:00.500Z');

function bodyFor(address: ChatAddress): string {
  const alert = JSON.parse(renderAlert(alertOf()).json);
  const [body = ''] = CHAT_SERVICES[address.service].messages(alert, 'UTC', address);
  return body;
}

const send = (address: ChatAddress, options = {}, more: Partial<Sending> = {}) =>
  sendChatMessage(
    bodyFor(address),
    { address, id: 'news-1', now: NOW, threadName: 'A deal', ...more },
    options,
  );

/** What each service answers to a message, as documented. */
const ACCEPTED = {
  slack: [200, 'ok'],
  discord: [200, '{"id":"77"}'],
  teams: [202, ''],
  ntfy: [200, '{"id":"sPs71M8A2T","event":"message"}'],
  telegram: [200, '{"ok":true,"result":{"message_id":12}}'],
  webhook: [204, ''],
} as const;

describe.each(EACH_SERVICE)('a message to %s', (service) => {
  it('is posted as documented', async () => {
    const [status, answer] = ACCEPTED[service];
    const { url, requests } = await loopbackServer((response) => response.writeHead(status).end(answer));
    const outcome = await send(addressAt(service, url));
    expect(outcome).toMatchObject({ kind: 'sent', answer: expect.stringContaining(String(status)) });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.headers['content-type']).toMatch(/^application\/json/);
    expect(DOCUMENTED[service](requests[0]?.body ?? '')).toBe('');
  });

  it('waits as long as Retry-After says', async () => {
    const { url } = await loopbackServer((response) =>
      response.writeHead(429, { 'retry-after': '30' }).end('slow down'),
    );
    expect(await send(addressAt(service, url))).toMatchObject({ kind: 'retry', pauseMs: 30_000 });
    const dated = await loopbackServer((response) =>
      response.writeHead(429, { 'retry-after': 'Tue, 14 Oct 2031 09:01:00 GMT' }).end(),
    );
    expect(await send(addressAt(service, dated.url))).toMatchObject({ kind: 'retry', pauseMs: 59_500 });
  });

  it.each([500, 502, 503, 504])(
    'is tried again after %i, and says that it may have arrived',
    async (status) => {
      const { url } = await loopbackServer((response) => response.writeHead(status).end('down'));
      expect(await send(addressAt(service, url))).toMatchObject({ kind: 'retry', mayBeSent: true });
    },
  );

  it('is tried again if there is no answer, a cut one, or no connection', async () => {
    const silent = await loopbackServer(() => undefined);
    expect(await send(addressAt(service, silent.url), { deadlineMs: 100 })).toMatchObject({
      kind: 'retry',
      mayBeSent: true,
    });
    const cut = await loopbackServer((response) => response.destroy());
    expect(await send(addressAt(service, cut.url))).toMatchObject({ kind: 'retry', mayBeSent: true });
    const none = await send(addressAt(service, await refusingUrl()));
    expect(none).toMatchObject({ kind: 'retry', detail: expect.stringContaining('cannot be reached') });
    expect(none).not.toHaveProperty('mayBeSent');
  });

  it.each([400, 401, 403, 404, 410, 413])('is refused with %i, and says what to do', async (status) => {
    const { url } = await loopbackServer((response) => response.writeHead(status).end('no_service'));
    const outcome = await send(addressAt(service, url));
    expect(outcome).toMatchObject({ kind: 'refused' });
    expect(outcome).toHaveProperty('detail', expect.stringMatching(/ answered \d+ \(.*\): \w.{20,}/));
  });

  it('follows no redirect', async () => {
    const target = await loopbackServer((response) => response.end());
    const { url } = await loopbackServer((response) =>
      response.writeHead(307, { location: target.url }).end(),
    );
    expect(await send(addressAt(service, url))).toMatchObject({
      kind: 'refused',
      detail: expect.stringContaining('redirects are not followed'),
    });
    expect(target.requests).toEqual([]);
  });

  it('shows no secret, even if the service repeats it', async () => {
    for (const status of [200, 302, 404, 429, 500]) {
      const { url } = await loopbackServer((response, _, { path, headers }) =>
        response.writeHead(status).end(`${url}${path} ${path} ${headers.authorization} ${SECRETS.join(' ')}`),
      );
      const shown = JSON.stringify(
        await send(addressAt(service, url, service === 'ntfy' ? { token: TOKEN } : {})),
      );
      const own = SECRETS.filter((secret) => JSON.stringify(addressAt(service, url)).includes(secret));
      for (const secret of own) expect(shown).not.toContain(secret);
    }
  });

  it('is not sent to this machine, nor to a name that leads there, without private: true', async () => {
    const { url, requests } = await loopbackServer((response) => response.end());
    const { private: _, ...address } = addressAt(service, url);
    expect(await send(address)).toMatchObject({
      kind: 'refused',
      detail: expect.stringContaining('write private: true'),
    });
    const toLoopback = (_: string, __: object, done: (...answer: unknown[]) => void) =>
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    vi.spyOn(dns, 'lookup').mockImplementation(toLoopback as never);
    const { private: __, ...named } = addressAt(service, url.replace('127.0.0.1', 'chat.your-domain.org'));
    expect(await send(named)).toMatchObject({ kind: 'refused', detail: expect.stringContaining('loopback') });
    expect(requests).toEqual([]);
  });

  it('never goes to cloud metadata, not even with private: true', async () => {
    expect(await send(addressAt(service, 'http://169.254.169.254'))).toMatchObject({
      kind: 'refused',
      detail: expect.stringContaining('link-local'),
    });
  });

  it('reads only the beginning of an endless answer', async () => {
    const { url } = await loopbackServer((response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'.repeat(8_192)), 1);
      response.on('close', () => clearInterval(timer));
    });
    expect(await send(addressAt(service, url))).toMatchObject({ kind: 'sent' });
  });
});

it('Discord and Telegram say in the body how long to wait', async () => {
  const discord = await loopbackServer((response) =>
    response.writeHead(429).end('{"message":"You are being rate limited.","retry_after":1.5,"global":false}'),
  );
  expect(await send(addressAt('discord', discord.url))).toMatchObject({ pauseMs: 1_500 });
  expect(discord.requests[0]?.path).toMatch(/\?wait=true$/);
  const telegram = await loopbackServer((response) =>
    response
      .writeHead(429)
      .end('{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":14}}'),
  );
  expect(await send(addressAt('telegram', telegram.url))).toMatchObject({ pauseMs: 14_000 });
  expect(telegram.requests[0]?.path).toBe(`/bot${TOKEN}/sendMessage`);
});

it('Telegram names the new id of a group that was upgraded', async () => {
  const { url } = await loopbackServer((response) =>
    response
      .writeHead(400)
      .end(
        '{"ok":false,"description":"Bad Request: group chat was upgraded","parameters":{"migrate_to_chat_id":-100123}}',
      ),
  );
  expect(await send(addressAt('telegram', url))).toMatchObject({
    kind: 'refused',
    detail: expect.stringContaining('write chat: "-100123"'),
  });
});

it('a connector of Teams that answers 200 with an error in its text has refused the message', async () => {
  const { url } = await loopbackServer((response) =>
    response.end(
      'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId 1',
    ),
  );
  expect(await send(addressAt('teams', url))).toMatchObject({ kind: 'retry' });
});

it('ntfy gets the token, and the message at the address of the server', async () => {
  const { url, requests } = await loopbackServer((response) => response.end('{"id":"x"}'));
  await send(addressAt('ntfy', url, { token: 'tk_abc' }));
  expect(requests[0]).toMatchObject({ path: '/', headers: { authorization: 'Bearer tk_abc' } });
});

describe('a thread', () => {
  it('is the first message about the story in Telegram, to which later ones reply', async () => {
    const { url, requests } = await loopbackServer((response, number) =>
      response.end(`{"ok":true,"result":{"message_id":${11 + number}}}`),
    );
    const address = addressAt('telegram', url);
    expect(await send(address)).toMatchObject({ kind: 'sent', thread: '12' });
    expect(await send(address, {}, { thread: '12' })).toMatchObject({ kind: 'sent', thread: '12' });
    const [first = '', second = ''] = requests.map(({ body }) => body);
    expect([first, second].map(DOCUMENTED.telegram)).toEqual(['', '']);
    expect(JSON.parse(first)).not.toHaveProperty('reply_parameters');
    expect(JSON.parse(second).reply_parameters).toEqual({
      message_id: 12,
      allow_sending_without_reply: true,
    });
  });

  it('is begun by the first message in a forum channel of Discord, and named after the story', async () => {
    const forum = await forumChannel();
    const address = addressAt('discord', forum.url);
    expect(await send(address)).toMatchObject({ kind: 'sent', thread: '900' });
    expect(await send(address, {}, { thread: '900' })).toMatchObject({ kind: 'sent', thread: '900' });
    expect(forum.accepted).toEqual(['begins A deal', 'continues 900']);
    expect(forum.requests.map(({ body }) => DOCUMENTED.discord(body))).toEqual(['', '', '']);
  });

  it('begins again in Discord if somebody has deleted or locked it', async () => {
    for (const answer of [
      [404, '{"message":"Unknown Channel","code":10003}'],
      [400, '{"message":"Thread is locked","code":160005}'],
    ] as const) {
      const forum = await forumChannel({ 'continues 7': answer });
      expect(await send(addressAt('discord', forum.url), {}, { thread: '7' })).toMatchObject({
        kind: 'sent',
        thread: '900',
      });
      expect(forum.accepted).toEqual(['begins A deal']);
    }
  });

  it('is none in other channels of Discord, nor at services that name none', async () => {
    for (const service of ['slack', 'discord', 'teams', 'ntfy', 'webhook'] as const) {
      const [status, answer] = ACCEPTED[service];
      const { url, requests } = await loopbackServer((response) => response.writeHead(status).end(answer));
      expect(await send(addressAt(service, url))).not.toHaveProperty('thread');
      expect(requests).toHaveLength(1);
    }
  });
});

/** Starts a forum channel of Discord, in which every message is in a thread. `refused`: answers to requests of which it accepts none. */
async function forumChannel(refused: Readonly<Record<string, readonly [number, string]>> = {}) {
  const accepted: string[] = [];
  const server = await loopbackServer((response, _, { path, body }) => {
    const thread = new URLSearchParams(path.split('?')[1]).get('thread_id');
    const { thread_name: name } = JSON.parse(body) as { thread_name?: string };
    const what = thread === null ? name && `begins ${name}` : `continues ${thread}`;
    const [status, text] = (what === undefined ? undefined : refused[what]) ?? [200, ''];
    if (what === undefined)
      return response
        .writeHead(400)
        .end(
          '{"message":"Webhooks posted to forum channels must have a thread_name or thread_id","code":220001}',
        );
    if (status !== 200) return response.writeHead(status).end(text);
    accepted.push(what);
    return response.end(`{"id":"901","channel_id":"${thread ?? '900'}"}`);
  });
  return { ...server, accepted };
}

describe('the signature of a webhook', () => {
  it('is that of Standard Webhooks', () => {
    // The example of the specification's libraries.
    const { headers } = CHAT_SERVICES.webhook.request('{"test": 2432232314}', {
      address: addressAt('webhook', 'https://hooks.your-domain.org'),
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      now: 1_614_265_330_000,
      threadName: '',
    });
    expect(headers).toMatchObject({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('covers the id, the time and the bytes that are sent', async () => {
    const { url, requests } = await loopbackServer((response) => response.writeHead(204).end());
    await send(addressAt('webhook', url));
    const [{ headers, body } = { headers: {} as Record<string, string>, body: '' }] = requests;
    const key = Buffer.from(SIGNING_SECRET.slice('whsec_'.length), 'base64');
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    );
    expect(headers).toMatchObject({
      'webhook-id': 'news-1',
      'webhook-timestamp': String(Math.floor(NOW / 1_000)),
    });
  });
});
