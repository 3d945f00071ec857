import type { IncomingHttpHeaders } from 'node:http';
import { hash64 } from '../../functions/shared/hash.ts';
import { feedDocument } from './feed-document.ts';
import { type Outlet, outlets } from './outlets.ts';
import { articlePage, frontPage, outletPage } from './pages.ts';
import { stories } from './stories.ts';
import { articleAt, itemsAt, lastChange } from './timeline.ts';

export interface NewsroomRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

/** The state of the newsroom. Times are ms since the epoch. */
export interface NewsroomDay {
  readonly newsroomUrl: string;
  readonly openedAt: number;
  readonly now: number;
}

export interface NewsroomResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: string;
}

export function respondTo({ method, target, headers }: NewsroomRequest, day: NewsroomDay): NewsroomResponse {
  if (method !== 'GET' && method !== 'HEAD') {
    const body = `The demo newsroom is read-only: expected GET or HEAD, got ${method}.\n`;
    return withBody(405, 'text/plain', body, { Allow: 'GET, HEAD' });
  }
  const path = target.replace(/\?.*$/s, '');
  const [outletId, page, ...deeper] = path.split('/').filter((part) => part !== '');
  if (outletId === undefined) return html(frontPage());

  const outlet = outlets.find(({ id }) => id === outletId);
  if (outlet === undefined || deeper.length > 0) return notFound(path, day);
  if (page === 'feed.xml') return feed(outlet, headers, day);

  const minute = minuteOf(day);
  if (page === undefined) return html(outletPage(outlet, itemsAt(stories, outlet.id, minute)));
  const article = articleAt(stories, outlet.id, page, minute);
  if (article === undefined) return notFound(path, day);
  return html(articlePage(outlet, article, timeOf(day, article.published)));
}

function feed(outlet: Outlet, headers: IncomingHttpHeaders, day: NewsroomDay): NewsroomResponse {
  const minute = minuteOf(day);
  const changedAt = timeOf(day, lastChange(stories, outlet.id, minute));
  const { contentType, body } = feedDocument(outlet, itemsAt(stories, outlet.id, minute), {
    newsroomUrl: day.newsroomUrl,
    changedAt,
    timeOf: (at) => timeOf(day, at),
  });
  const validators = { ETag: `"${hash64(body)}"`, 'Last-Modified': changedAt.toUTCString() };
  if (isUnchanged(headers, validators)) return { status: 304, headers: validators };
  return withBody(200, contentType, body, validators);
}

/** Returns true if the client has the current version. If-None-Match overrides If-Modified-Since (RFC 9110, 13.2.2). */
function isUnchanged(
  headers: IncomingHttpHeaders,
  validators: { readonly ETag: string; readonly 'Last-Modified': string },
): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined) {
    const known = tags.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    return known.includes('*') || known.includes(validators.ETag);
  }
  return Date.parse(headers['if-modified-since'] ?? '') >= Date.parse(validators['Last-Modified']);
}

function minuteOf(day: NewsroomDay): number {
  return (day.now - day.openedAt) / 60_000;
}

function timeOf(day: NewsroomDay, minute: number): Date {
  return new Date(day.openedAt + minute * 60_000);
}

function notFound(path: string, day: NewsroomDay): NewsroomResponse {
  const body = `The demo newsroom has no page at ${path} at the moment. Its newspapers: ${day.newsroomUrl}/\n`;
  return withBody(404, 'text/plain', body);
}

function html(body: string): NewsroomResponse {
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  return withBody(200, 'text/html', body, { 'Content-Security-Policy': policy });
}

function withBody(
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): NewsroomResponse {
  return {
    status,
    headers: {
      'Content-Type': `${type}; charset=utf-8`,
      'Content-Length': Buffer.byteLength(body),
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
    body,
  };
}
