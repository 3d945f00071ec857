import type { MiddlewareHandler } from 'hono';
import { hash64 } from '../functions/shared/hash.ts';
import type { PageData } from '../local/page-data.ts';

/** A page may also change with time alone, such as when a message is due. */
const MAX_AGE_MS = 1_000;
/** Addresses that are kept. */
const MAX_PAGES = 50;

interface Rendered {
  readonly version: number;
  readonly at: number;
  readonly etag: string;
  readonly body: string;
}

/**
 * Returns a handler that answers 304 to readers who have a page as it is now. For those who read it again, it renders each
 * page at most once in a second while nothing changes, so that many open tabs cost hardly more than one.
 */
export function renderedPages({ onChange }: Pick<PageData, 'onChange'>): MiddlewareHandler {
  const pages = new Map<string, Rendered>();
  let version = 0;
  onChange(() => {
    version++;
  });
  return async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return next();
    const { pathname, search } = new URL(c.req.url);
    const address = `${pathname}${search}`;
    const known = pages.get(address);
    const isReadAgain = c.req.header('if-none-match') !== undefined;
    const isFresh = known?.version === version && performance.now() - known.at < MAX_AGE_MS;
    const answer = ({ etag, body }: Rendered) =>
      c.req.header('if-none-match') === etag
        ? c.body(null, 304, { ETag: etag })
        : c.html(body, 200, { ETag: etag });
    if (known && isReadAgain && isFresh) return answer(known);
    const before = version;
    await next();
    const type = c.res.headers.get('content-type') ?? '';
    if (c.res.status !== 200 || !type.startsWith('text/html')) return;
    const body = await c.res.text();
    const made = { version: before, at: performance.now(), etag: `"${hash64(body)}"`, body };
    pages.delete(address);
    pages.set(address, made);
    for (const oldest of pages.keys()) {
      if (pages.size <= MAX_PAGES) break;
      pages.delete(oldest);
    }
    c.res = undefined;
    c.res = await answer(made);
  };
}
