import { Markup } from '../functions/shared/markup.ts';

export { joined, Markup, markup } from '../functions/shared/markup.ts';

/** Text as a CDATA section; the one sequence that would end it early is split over two. */
export function cdata(text: string): Markup {
  return new Markup(`<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`);
}
