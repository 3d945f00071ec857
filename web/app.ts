import { randomBytes, timingSafeEqual } from 'node:crypto';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import { streamSSE } from 'hono/streaming';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import { type Markup, markup } from '../functions/shared/markup.ts';
import { isLoopbackHostHeader } from '../local/host-header.ts';
import type { CreatePage, PageData } from '../local/page-data.ts';
import { assetAt } from './assets.ts';
import { CONTENT_SECURITY_POLICY, type PageDocument, pageDocument } from './document.ts';
import { addFeedRoutes } from './feed-routes.ts';
import { changeForm, TOKEN_FIELD } from './forms.ts';
import { Notes } from './notes.ts';
import type { PageContext } from './page-context.ts';
import { statusNotices } from './page-status.ts';
import { renderedPages } from './rendered-pages.ts';
import { inTimeZone } from './time-markup.ts';
import { addTopicRoutes } from './topic-routes.ts';
import { addViewRoutes } from './view-routes.ts';

const HUES = 6;
/** Browsers close a stream without a word after some minutes. */
const MAX_SILENCE_MS = 15_000;
/** At most one event in this time. */
const EVENT_PAUSE_MS = 500;
/** Bytes. Larger than the OPML of any reader. */
const MAX_BODY = 5 * 1024 * 1024;

/** Returns the request handler of the page: what is watched, what was sent to whom and why, and forms that change it. */
export const createPage: CreatePage = (data) => {
  const token = randomBytes(18).toString('base64url');
  const context: PageContext = {
    data,
    form: changeForm(token),
    notes: new Notes(),
    hueOf(topicId) {
      const n = data.status().topics.findIndex(({ id }) => id === topicId);
      return n === -1 ? '' : `hue-${n % HUES}`;
    },
    show(c, page, render, status = 200) {
      const state = data.status();
      const content = inTimeZone(state.timeZone, () => markup`${statusNotices(state)}${render()}`);
      return c.html(pageDocument({ ...page, content, demo: data.demo, stack: data.stack }).source, status);
    },
    actions() {
      if (data.actions) return data.actions;
      throw new HTTPException(403, {
        message: `nothing can be changed here: this is ${readOnlyName(data)}\n`,
      });
    },
  };
  const app = new Hono();
  app.use(async (c, next) => {
    // A site whose name resolves to this machine must not be able to read the page (DNS rebinding).
    if (!isLoopbackHostHeader(c.req.header('host')))
      return c.text('expected the host 127.0.0.1, localhost or [::1]\n', 421);
    // Another site may link here, but must not make its visitors' browsers start searches or read anything.
    const isLink =
      c.req.header('sec-fetch-mode') === 'navigate' && c.req.header('sec-fetch-dest') === 'document';
    if (c.req.header('sec-fetch-site') === 'cross-site' && !(isLink && c.req.method === 'GET'))
      return c.text('expected a request of this page, got one of another site\n', 403);
    return next();
  });
  app.use(
    secureHeaders({
      contentSecurityPolicy: CONTENT_SECURITY_POLICY,
      // With no-referrer, browsers would not say from which origin a form comes.
      referrerPolicy: 'same-origin',
      xFrameOptions: 'DENY',
      strictTransportSecurity: false,
    }),
  );
  app.use(async (c, next) => {
    await next();
    // The page shows people's addresses, so no cache may keep it.
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  });
  app.post('*', (c, next) => {
    // The limit below cannot measure a body that is sent in chunks. Browsers always send the length of a form.
    if (c.req.header('content-length') !== undefined) return next();
    return Promise.resolve(c.text('expected the header Content-Length, got none\n', 411));
  });
  app.post('*', bodyLimit({ maxSize: MAX_BODY }), async (c, next) => {
    await checkSender(c, token);
    return next();
  });
  app.get('/healthz', (c) => c.json({ ok: true }));
  app.get('/assets/:hash/:name', (c) => {
    const asset = assetAt(c.req.path);
    if (!asset) return c.notFound();
    return c.body(asset.content, 200, {
      'content-type': asset.type,
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });
  app.get('/events', (c) =>
    streamSSE(c, async (stream) => {
      let isDirty = false;
      let wake: (() => void) | undefined;
      const end = data.onChange(() => {
        isDirty = true;
        wake?.();
      });
      stream.onAbort(() => wake?.());
      try {
        while (!stream.aborted) {
          const changed = new Promise<void>((resolve) => {
            wake = resolve;
          });
          if (!isDirty) await Promise.race([changed, stream.sleep(MAX_SILENCE_MS)]);
          isDirty = false;
          if (!stream.aborted) await stream.writeSSE({ event: 'change', data: '' });
          await stream.sleep(EVENT_PAUSE_MS);
        }
      } finally {
        end();
      }
    }),
  );
  app.use(async (_c, next) => {
    await data.refresh?.();
    return next();
  });
  app.use(renderedPages(data));
  addViewRoutes(app, context);
  addTopicRoutes(app, context);
  addFeedRoutes(app, context);
  app.all('*', (c) => {
    if (['GET', 'HEAD', 'POST'].includes(c.req.method)) return c.notFound();
    return c.text(`expected GET or HEAD, got ${c.req.method}\n`, 405, { Allow: 'GET, HEAD' });
  });
  app.notFound((c) => context.show(c, { view: '/', title: 'Not found' }, notFoundView, 404));
  // An error in the page must not end the process.
  app.onError((error, c) => {
    if (error instanceof HTTPException) return c.text(error.message, error.status);
    if (error instanceof NewsAlertsError)
      return context.show(
        c,
        { view: viewOf(c.req.path), title: 'Not done' },
        () => faultView(error.message),
        422,
      );
    return c.text(`Cannot render the page: ${String(error)}\n`, 500);
  });
  return getRequestListener(app.fetch, { overrideGlobalObjects: false });
};

function readOnlyName({ demo, stack }: Pick<PageData, 'demo' | 'stack'>): string {
  if (demo) return 'the demo';
  return stack === undefined ? 'the data of this machine, seen read-only' : 'a deployment, seen read-only';
}

/**
 * Lets only forms of this start of the program change something.
 * @throws HTTPException if the request may come from elsewhere
 */
async function checkSender(c: Context, token: string): Promise<void> {
  const refuse = (message: string): never => {
    throw new HTTPException(403, { message });
  };
  const origin = c.req.header('origin');
  if (origin !== new URL(c.req.url).origin)
    refuse(`expected a form of this page, got one from ${origin ?? 'an unknown origin'}\n`);
  const form = await c.req.parseBody();
  const given = Buffer.from(String(form[TOKEN_FIELD] ?? ''));
  const wanted = Buffer.from(token);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    refuse('this form is from before the last start; go back, reload the page, and try again\n');
}

/** Returns the view that a form belongs to. */
function viewOf(path: string): PageDocument['view'] {
  if (path.startsWith('/feeds')) return '/feeds';
  return path.startsWith('/topics') || path.startsWith('/try') ? '/try' : '/';
}

function faultView(message: string): Markup {
  return markup`<main><h1>Not done</h1><pre class="frame" role="alert" tabindex="0">${message}</pre></main>`;
}

function notFoundView(): Markup {
  return markup`<main><h1>Not found</h1>
<p>There is nothing at this address, or no longer. See <a href="/">what goes on now</a>, or <a href="/search">search</a> the stored news.</p></main>`;
}
