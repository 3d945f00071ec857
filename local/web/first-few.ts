import { type Markup, markup } from '../../functions/shared/markup.ts';

/** Renders the first parts, and the others behind a click. `wrap`: puts parts together, for example as a list. */
export function firstFew(
  parts: readonly Markup[],
  most: number,
  wrap = (some: readonly Markup[]): Markup => markup`${some}`,
): Markup {
  const rest = parts.slice(most);
  const more = markup`<details class="more"><summary>${String(rest.length)} more</summary>${wrap(rest)}</details>`;
  return markup`${wrap(parts.slice(0, most))}${rest.length > 0 ? more : ''}`;
}
