import type { IncomingMessage, ServerResponse } from 'node:http';
import { hash64 } from '../../functions/shared/hash.ts';
import type { Markup } from '../../functions/shared/markup.ts';
import type { FeedStatus } from '../feed-status.ts';
import { isLoopbackHostHeader } from '../host-header.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { OutboxEntry } from '../outbox/outbox-entry.ts';
import { alertCard } from './alert-card.ts';
import { feedRow } from './feed-list.ts';
import { CONTENT_SECURITY_POLICY, pageDocument } from './page-document.ts';
import { stateMarkup } from './page-state.ts';
import type { PageStatus } from './page-status.ts';
import { inTimeZone } from './time-markup.ts';
import { type TryDeps, tryAnswer, tryRequestOf } from './try-query-page.ts';
import { tryView } from './try-view.ts';

export interface PageOptions {
  readonly outbox: Pick<Outbox, 'recent'>;
  readonly feeds: () => readonly FeedStatus[];
  readonly status: () => PageStatus;
  readonly demo: boolean;
  /** Tries queries against the stored past. */
  readonly tryDeps: TryDeps;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly body?: string;
}

const HUES = 6;

const HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  // The page shows people's addresses, so no cache may keep it.
  'Cache-Control': 'no-store',
};

/** Returns the request handler of the page: what is watched, what was sent to whom, and why. */
export function createPage({ outbox, feeds, status, demo, tryDeps }: PageOptions) {
  // Outbox entries and feed statuses are immutable, and most are the same at the next request.
  const cards = cachedByZone(alertCard);
  const rows = cachedByZone(feedRow);

  const stateFor = (query: URLSearchParams): Markup => {
    const now = status();
    return inTimeZone(now.timeZone, () => stateOf(query, now));
  };

  const stateOf = (query: URLSearchParams, now: PageStatus): Markup => {
    const hues = new Map(now.topics.map(({ id }, n) => [id, `hue-${n % HUES}`]));
    const hueOf = (topicId: string) => hues.get(topicId) ?? '';
    const card = (entry: OutboxEntry) => cards(now.timeZone, entry, hueOf);
    const row = (feed: FeedStatus) => rows(now.timeZone, feed);
    const view = { topic: query.get('topic'), all: query.has('all'), allFeeds: query.get('feeds') === 'all' };
    return stateMarkup({
      entries: outbox.recent(),
      feeds: feeds(),
      status: now,
      view,
      card,
      feedRow: row,
      hueOf,
    });
  };

  const tried = async (query: URLSearchParams, signal: AbortSignal): Promise<Answer> => {
    const request = tryRequestOf(query);
    const result = await tryAnswer(tryDeps, request, signal);
    const { topics, timeZone } = status();
    const content = inTimeZone(timeZone, () => tryView(request, topics, result));
    return html(pageDocument({ path: '/try', content, demo }).source);
  };

  const answer = (
    { method = '', url = '', headers }: IncomingMessage,
    signal: AbortSignal,
  ): Answer | Promise<Answer> => {
    // A site whose name resolves to this machine must not be able to read the page (DNS rebinding).
    if (!isLoopbackHostHeader(headers.host)) {
      return { status: 421, body: 'expected the host 127.0.0.1, localhost or [::1]\n' };
    }
    if (method !== 'GET' && method !== 'HEAD') {
      return { status: 405, headers: { Allow: 'GET, HEAD' }, body: `expected GET or HEAD, got ${method}\n` };
    }
    const [path = '', query = ''] = url.split('?', 2);
    switch (path) {
      case '/':
        return html(pageDocument({ path, content: stateFor(new URLSearchParams(query)), demo }).source);
      case '/try':
        return tried(new URLSearchParams(query), signal);
      case '/state': {
        const body = stateFor(new URLSearchParams(query)).source;
        const ETag = `"${hash64(body)}"`;
        return headers['if-none-match'] === ETag ? { status: 304, headers: { ETag } } : html(body, { ETag });
      }
      case '/healthz':
        return { status: 200, type: 'application/json', body: '{"ok":true}\n' };
      default:
        return { status: 404, body: 'Not found. The page is at /.\n' };
    }
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const left = new AbortController();
    response.once('close', () => left.abort());
    const found = await answerOrFault(() => answer(request, left.signal));
    if (left.signal.aborted) return;
    const { status, headers = {}, type = 'text/plain', body } = found;
    const content =
      body === undefined
        ? {}
        : { 'Content-Type': `${type}; charset=utf-8`, 'Content-Length': Buffer.byteLength(body) };
    response.writeHead(status, { ...HEADERS, ...content, ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

/** Caches the markup of each value. A change of the time zone empties the cache, since the markup contains times. */
function cachedByZone<Value extends object, More extends readonly unknown[]>(
  render: (value: Value, ...more: More) => Markup,
): (zone: string | undefined, value: Value, ...more: More) => Markup {
  let cache = new WeakMap<Value, Markup>();
  let lastZone: string | undefined;
  return (zone, value, ...more) => {
    if (zone !== lastZone) cache = new WeakMap();
    lastZone = zone;
    const rendered = cache.get(value) ?? render(value, ...more);
    cache.set(value, rendered);
    return rendered;
  };
}

function html(body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, type: 'text/html', headers, body };
}

/** Returns the answer, or a 500 if it throws: an error in the page must not end the process. */
async function answerOrFault(answer: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await answer();
  } catch (error) {
    return { status: 500, body: `Cannot render the page: ${String(error)}\n` };
  }
}
