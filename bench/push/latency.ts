import { createServer } from 'node:http';
import { parseConfig } from '../../config/load.ts';
import type { Alert } from '../../functions/shared/model.ts';
import { virtualClock } from '../../local/clock.ts';
import { startRuntime } from '../../local/runtime.ts';
import { freePort } from '../../test/helpers/free-port.ts';
import { startWebSubHub } from '../../test/helpers/websub-hub.ts';

const START = Date.parse('2026-03-02T12:00:00Z');
const MINUTE_MS = 60_000;
const ATOM = 'http://www.w3.org/2005/Atom';

/**
 * Runs the pipeline on this machine with feeds that name a hub, pushes an item of each in turn, and returns the times from the
 * start of each push to its alert, ms. The clock of the pipeline stands still between ticks; the times are real.
 */
export async function measureLatency(feeds: number, pushes: number, pauseMs: number): Promise<number[]> {
  const hub = await startWebSubHub();
  const documents = new Map<string, string>();
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/rss+xml' }).end(documents.get(request.url ?? ''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const paths = Array.from({ length: feeds }, (_, n) => `/feed-${n}`);
  const itemOf = (name: string) =>
    `<item><guid isPermaLink="false">${name}</guid><title>Ostrand ${name}</title><pubDate>${new Date(clock.now()).toUTCString()}</pubDate></item>`;
  const documentOf = (path: string, items: string) =>
    `<rss xmlns:a="${ATOM}"><channel><a:link rel="hub" href="${hub.url}"/><a:link rel="self" href="${origin}${path}"/>${items}</channel></rss>`;
  const clock = virtualClock(START);
  for (const path of paths) documents.set(path, documentOf(path, itemOf(`before${path}`)));

  const started = new Map<string, number>();
  const taken: number[] = [];
  const { config, placeholders } = parseConfig(
    `feeds:\n${paths.map((path) => `  - { url: "${origin}${path}", every: 1m }`).join('\n')}\n` +
      'defaults: { firstPoll: 0m, atMost: off }\n' +
      'topics: [{ id: summit, name: Summit, match: Ostrand }]\nrecipients: [{ email: you@example.com }]\n',
    'bench.yaml',
    {},
  );
  const ignore = () => undefined;
  const pushPort = await freePort();
  const runtime = await startRuntime({
    config,
    subscriptions: placeholders,
    clock: clock.now,
    loopbackFeeds: true,
    push: { url: `http://127.0.0.1:${pushPort}/`, port: pushPort },
    log: {
      debug: ignore,
      info: ignore,
      warn: ignore,
      error: (event, fields) => process.stderr.write(`${event} ${JSON.stringify(fields)}\n`),
    },
    onPublish: ({ bodies }) => {
      const { entries } = JSON.parse(bodies.default ?? '{}') as Alert;
      for (const { title } of entries) {
        const at = started.get(title);
        if (at !== undefined) taken.push(performance.now() - at);
      }
    },
  });
  try {
    for (let n = 0; n < 10 && hub.subscriptions.size < feeds; n++) {
      clock.advanceTo(clock.now() + MINUTE_MS);
      await runtime.tick();
      await runtime.drained();
    }
    if (hub.subscriptions.size < feeds)
      throw new Error(`expected ${feeds} subscriptions, got ${hub.subscriptions.size}`);
    await runtime.drained();
    for (let n = 0; n < pushes; n++) {
      const path = paths[n % feeds] ?? '';
      // Words of its own, so that each item is a story.
      const name = `${wordOf(n)} ${wordOf(n + pushes)} ${wordOf(n + 2 * pushes)}`;
      started.set(`Ostrand ${name}`, performance.now());
      await hub.publish(`${origin}${path}`, { body: documentOf(path, itemOf(name)) });
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    await runtime.drained();
    return taken;
  } finally {
    await runtime.stop();
    await hub.stop();
    server.closeAllConnections();
    server.close();
  }
}

function wordOf(n: number): string {
  let text = '';
  for (let rest = Math.imul(n + 1, 0x9e3779b1) >>> 4; rest > 0; rest = Math.floor(rest / 70))
    text += `${'bdfgklmnprstvz'[rest % 14]}${'aeiou'[rest % 5]}`;
  return text;
}
