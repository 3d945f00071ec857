import { type Markup, markup } from '../markup.ts';

/** A link out of the page, to the web only: a feed may say `javascript:` as easily as `https:`. */
export function link(url: string | undefined, text: Markup): Markup {
  const target = url === undefined ? null : URL.parse(url);
  if (target === null || !/^https?:$/.test(target.protocol)) return text;
  return markup`<a href="${target.href}" target="_blank" rel="noopener noreferrer">${text}</a>`;
}

/** The page with the alerts about one topic, or with more of them. */
export function viewAddress({ topic, all }: { topic: string | null; all: boolean }): string {
  const query = new URLSearchParams({ ...(topic === null ? {} : { topic }), ...(all ? { all: '' } : {}) });
  return `/?${query.toString()}`;
}
