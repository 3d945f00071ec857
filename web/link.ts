import { type Markup, markup } from '../functions/shared/markup.ts';

/** The choices of the page's reader, from the parameters of its address. */
export interface PageView {
  /** Id of the only topic to show; null for all topics. */
  readonly topic: string | null;
  /** Whether to show all alerts. */
  readonly all: boolean;
}

/** Returns a link to the web. Other addresses give only the text, since a feed could use `javascript:`. */
export function link(url: string | undefined, text: Markup): Markup {
  const target = url === undefined ? null : URL.parse(url);
  if (target === null || !/^https?:$/.test(target.protocol)) return text;
  return markup`<a href="${target.href}" target="_blank" rel="noopener noreferrer">${text}</a>`;
}

/** Returns the address of a view for these choices. */
export function viewAddress({ topic, all }: PageView, path = '/'): string {
  const query = new URLSearchParams({
    ...(topic === null ? {} : { topic }),
    ...(all ? { all: '' } : {}),
  });
  return `${path}?${query.toString()}`;
}

/** Returns the address of a page from its parts, whatever characters they have. */
export function pathOf(...parts: readonly string[]): string {
  return `/${parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/')}`;
}
