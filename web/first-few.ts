import { type Markup, markup } from '../functions/shared/markup.ts';

/** Returns the first `max` parts, and the others behind a click. `wrap`: joins parts, for example as a list. */
export function firstFew(
  parts: readonly Markup[],
  max: number,
  wrap = (some: readonly Markup[]): Markup => markup`${some}`,
): Markup {
  const rest = parts.slice(max);
  const more = markup`<details class="more"><summary>${String(rest.length)} more</summary>${wrap(rest)}</details>`;
  return markup`${wrap(parts.slice(0, max))}${rest.length > 0 ? more : ''}`;
}
