/** Text as a CDATA section; the one sequence that would end it early is split over two. */
export function cdata(text: string): Markup {
  return new Markup(`<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`);
}

/** A piece of XML or HTML. Its own type, so that plain text cannot slip into a document unescaped. */
export class Markup {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Template tag for XML and HTML: text is escaped, markup goes in as it is.
 *
 * @example markup`<title>${'Fish & chips'}</title>`.source // <title>Fish &amp; chips</title>
 */
export function markup(
  strings: TemplateStringsArray,
  ...values: readonly (string | Markup | readonly Markup[])[]
): Markup {
  return new Markup(String.raw({ raw: strings }, ...values.map(render)));
}

/** Pieces one after the other, without the line breaks that a template puts between them. */
export function joinMarkup(parts: readonly Markup[], between = ''): Markup {
  return new Markup(parts.map((part) => part.source).join(render(between)));
}

function render(value: string | Markup | readonly Markup[]): string {
  if (typeof value === 'string') return escapeMarkup(value);
  if (value instanceof Markup) return value.source;
  return value.map((part) => part.source).join('\n');
}

/** Returns text with the characters escaped that have a meaning in XML and HTML. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
