import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfigFile } from '../../config/load.ts';
import { fastClock } from '../../local/clock.ts';
import { readRunningServers } from '../../local/data-folder/running-servers.ts';
import { localSdk } from '../../local/local-sdk.ts';
import { startSession } from '../../local/session.ts';
import { createPage } from '../../web/app.ts';
import { canariesIn } from '../helpers/canary.ts';
import { runCli, runScript } from '../helpers/cli.ts';
import { listening } from '../helpers/loopback-server.ts';
import { isLong, sized } from '../helpers/size.ts';
import { startMailServer } from '../local/mail/mail-server.ts';

/** Values of ${NAME}. They must not appear in any output. */
const NAMED = {
  QUERY: 'cnryQ7x9Zk2mWv+4/t==',
  PATH_KEY: 'cnryP5j2Xd9qLm8sRw',
};
/** Secrets in the file itself, and in redirects. */
const PLAIN = {
  key: 'cnryK4t8Yb3nRs6uHe',
  opaque: 'cnryO1g5Vf8kTz2pJd',
  redirect: 'cnryR3g7Ua5hNy9cBx',
};
const SMTP = { password: 'cnryS8v6Te1wKf4mQa' };
const ALL = { ...NAMED, ...PLAIN, ...SMTP };
const SPEED = 240;

let folder: string;
let printed: string;
let before: NodeJS.ProcessEnv;

beforeEach(() => {
  before = { ...process.env };
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-secrets-'));
  printed = '';
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  rmSync(folder, { recursive: true });
});

const item = (n: string, title: string, text: string, link: string) =>
  `<item><guid isPermaLink="false">${n}</guid><title>${title}</title><link>${link.replaceAll('&', '&amp;')}</link>` +
  `<description>${text}</description><pubDate>${new Date().toUTCString()}</pubDate></item>`;

const rss = (items: string) =>
  `<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>${items}</channel></rss>`;

/** Answers as a site whose feeds repeat the secrets of a request wherever possible. */
function answer(path: string, response: ServerResponse, requests: number): unknown {
  const { pathname, search, searchParams } = new URL(path, 'http://here.test');
  const status = (code: number, headers = {}) => response.writeHead(code, headers).end();
  const own = decodeURIComponent(search);
  if (pathname.startsWith('/gone')) return status(410);
  if (pathname.startsWith('/missing')) return status(404);
  if (pathname.startsWith('/busy')) return status(429, { 'retry-after': '60' });
  if (pathname.startsWith('/broken')) return response.end(`<rss><${own} & ${search}`);
  if (pathname.startsWith('/page'))
    return response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(
        `<html><head><link rel="alternate" type="application/rss+xml" href="/other${search}"></head></html>`,
      );
  if (pathname.startsWith('/hang')) return setTimeout(() => response.destroy(), 300);
  if (pathname.startsWith('/moved')) return status(301, { location: `/u/new${search}` });
  if (pathname.startsWith('/signed')) return status(301, { location: `/u/new?sig=${PLAIN.redirect}` });
  if (pathname.startsWith('/loop')) return status(302, { location: path });
  if (pathname.startsWith('/nowhere'))
    return status(302, { location: `ftp://u:${PLAIN.redirect}@x.org/${search}` });
  const edition = requests > 3 ? 'storm surge at the coast of Ostrand' : 'water rises';
  const secret = searchParams.get('key') ?? pathname.split('/')[2] ?? '';
  return response
    .writeHead(200, { 'content-type': 'application/rss+xml', etag: `"${requests}"` })
    .end(
      rss(
        item(
          `${pathname}1`,
          `Flood in ${pathname}: ${edition}`,
          `flood ${secret} ${own}`,
          `http://news.example${path}`,
        ) +
          item(
            `${pathname}2`,
            `Floods ${pathname}`,
            `see http://x.org/a${search}`,
            `http://news.example/a?${search.slice(1)}&p=1`,
          ),
      ),
    );
}

const KINDS = [
  'ok',
  'gone',
  'missing',
  'busy',
  'broken',
  'page',
  'hang',
  'moved',
  'signed',
  'loop',
  'nowhere',
];
/** The terminal must report each of these faults. */
const FAULTS = ['unreachable', 'malformed', 'html', 'redirects', 'HTTP 429', 'HTTP 404'];

async function configured(): Promise<{ file: string; asked: string[] }> {
  const asked: string[] = [];
  const site = await listening((request, response) => {
    asked.push(request.url ?? '');
    const same = asked.filter((path) => path === request.url).length;
    answer(request.url ?? '', response, same);
  });
  const feeds = KINDS.flatMap((kind) => [
    `${site}/${kind}-named?key=\${QUERY}`,
    `${site}/${kind}-plain?key=${PLAIN.key}&x=1`,
    `${site}/${kind}-opaque?${PLAIN.opaque}`,
    `${site}/${kind}-path/\${PATH_KEY}/feed`,
  ]);
  const file = join(folder, 'news-alerts.yaml');
  writeFileSync(
    file,
    `defaults: { every: 1m }
feeds:
${feeds.map((url) => `  - "${url}"`).join('\n')}
  - { url: "${site}/unset?key=\${UNSET_NAME}", id: unset }
topics:
  - { id: flood, match: flood, followUps: all }
  - { id: storm, match: storm, deliver: hourly }
recipients:
  - email: reader@readers.org
operations:
  - email: owner@readers.org
`,
  );
  return { file, asked };
}

const textsBelow = (path: string): [string, Buffer][] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((name) => [name, readFileSync(name)]);

async function records(dataDir: string): Promise<string> {
  const client = new DynamoDBClient(localSdk(readRunningServers(dataDir)?.dynamodb ?? ''));
  const { Items = [] } = await client.send(new ScanCommand({ TableName: 'news-alerts' }));
  client.destroy();
  return JSON.stringify(Items, (_, value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  );
}

describe('secrets of feeds, of the mail server and of redirects', { timeout: 300_000 }, () => {
  it.runIf(isLong)('reach the servers, but no terminal, page, mail, table, queue or file', async () => {
    const { file, asked } = await configured();
    const logins: unknown[] = [];
    const server = await startMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth({ username, password }, _session, done) {
        logins.push(password);
        done(null, { user: username ?? '' });
      },
    });
    const login = server.url.replace('//', `//me:${SMTP.password}@`);
    Object.assign(process.env, NAMED, {
      NEWS_ALERTS_SMTP_URL: login,
      NEWS_ALERTS_MAIL_FROM: 'a@readers.org',
    });
    const data = join(folder, 'data');
    const session = await startSession({
      loaded: loadConfigFile(file, process.env),
      dataDir: data,
      port: 0,
      clock: fastClock(SPEED),
      speed: SPEED,
      loopbackFeeds: true,
      page: createPage,
    });
    const [, url = ''] = /SNS endpoint at (\S+);/.exec(printed) ?? [];
    const page = async () => {
      const views = ['/?all=', '/messages?all=', '/feeds?all=', '/search?q=storm', '/try?q=storm'];
      const replies = await Promise.all(views.map(async (path) => (await fetch(`${url}${path}`)).text()));
      return replies.join('\n');
    };
    const pages: string[] = [];
    await vi.waitFor(
      async () => {
        pages.push(await page());
        // The servers got the secrets.
        expect(asked).toEqual(
          expect.arrayContaining([
            `/ok-named?key=${NAMED.QUERY}`,
            `/ok-path/${NAMED.PATH_KEY}/feed`,
            `/u/new?key=${NAMED.QUERY}`,
          ]),
        );
        const mails = JSON.stringify(server.mails);
        expect(mails).toContain('has moved for good');
        expect(mails).toContain('is gone');
        expect(mails).toContain('storm surge');
        expect(printed).toContain('UNSET_NAME');
        for (const fault of FAULTS) expect(printed).toContain(fault);
      },
      { timeout: 240_000, interval: 1_000 },
    );
    expect(pages.at(-1)).toContain('storm surge');
    const table = await records(data);
    const outputs: Record<string, string> = {
      terminal: printed,
      page: pages.join('\n'),
      mails: JSON.stringify(server.mails),
      table,
    };
    const env = { ...NAMED };
    const cli = async (...args: string[]) => {
      const { stdout, stderr } = await runCli([...args, '--config', file], env);
      outputs[args.join(' ')] = stdout + stderr;
    };
    const [, itemId = ''] = /"ITEM#([0-9a-f]+)"/.exec(table) ?? [];
    await cli('alerts', 'list', '--json', '--data', data);
    await cli('alerts', 'show', itemId, '--data', data);
    await cli('doctor', '--json', '--data', data);
    await cli('check', '--data', data);
    await cli('feeds', 'list');
    const opml = await (await fetch(`${url}/feeds/export.opml`)).text();
    await session.stop();

    expect(logins[0]).toBe(SMTP.password);
    expect(outputs['feeds list']).toContain(`\${QUERY}`);
    expect(outputs.mails).toContain(`key=\${QUERY}`);

    const found = Object.entries(outputs).map(([name, text]) => [name, canariesIn(text, ALL)]);
    expect(found).toEqual(Object.keys(outputs).map((name) => [name, []]));
    // The export has the addresses as in the file.
    expect(opml).toContain('<opml');
    expect(canariesIn(opml, { ...NAMED, ...SMTP })).toEqual([]);
    // config.json has the text of the file. The topics and the journal of the store have no feed addresses.
    const files = textsBelow(data).map(([name, bytes]): [string, string[]] => [
      name.slice(data.length + 1),
      canariesIn(bytes, name.endsWith('config.json') ? { ...NAMED, ...SMTP } : ALL),
    ]);
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter(([, names]) => names.length > 0)).toEqual([]);

    const exported = await runCli(['feeds', 'export', '--config', file], env);
    expect(canariesIn(exported.stdout + exported.stderr, { ...NAMED, ...SMTP })).toEqual([]);
  });

  it('are in one layer of the stack if the file has them in plain text, and nowhere if it has their names', async () => {
    const { file } = await configured();
    const out = join(folder, 'out');
    const { code, stderr } = await runScript('bin/news-alerts.ts', {
      inProcess: true,
      env: {
        ...NAMED,
        NEWS_ALERTS_SMTP_URL: `smtp://me:${SMTP.password}@mail.org`,
        CDK_OUTDIR: out,
        CDK_CONTEXT_JSON: JSON.stringify({
          'aws:cdk:bundling-stacks': [],
          config: file,
          loopbackFeeds: 'true',
        }),
        ...sized({ CDK_VALIDATION: 'false' }, {}),
      },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const files = textsBelow(out).filter(([name]) => statSync(name).size < 5_000_000);
    const named = files.filter(([, bytes]) => canariesIn(bytes, { ...NAMED, ...SMTP }).length > 0);
    expect(named.map(([name]) => name)).toEqual([]);
    const plain = files.filter(([, bytes]) => canariesIn(bytes, PLAIN).length > 0).map(([name]) => name);
    expect(plain).toEqual([
      expect.stringMatching(/nodejs\/node_modules\/news-alerts-addresses\/index\.json$/),
    ]);
  });
});
