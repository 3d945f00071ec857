/** Returns text as a CDATA section. A `]]>` in it is split over two sections. */
export function cdata(text: string): Markup {
  return new Markup(`<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`);
}

/** A piece of XML or HTML. A separate type, so that plain text cannot get into a document unescaped. */
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
 * Template tag for XML and HTML. Escapes text and inserts markup unchanged.
 *
 * @example markup`<title>${'Fish & chips'}</title>`.source // <title>Fish &amp; chips</title>
 */
export function markup(
  strings: TemplateStringsArray,
  ...values: readonly (string | Markup | readonly Markup[])[]
): Markup {
  return new Markup(String.raw({ raw: strings }, ...values.map(render)));
}

/** Joins pieces of markup. Unlike a template, puts no line breaks between them. */
export function joinMarkup(parts: readonly Markup[], between = ''): Markup {
  return new Markup(parts.map((part) => part.source).join(render(between)));
}

function render(value: string | Markup | readonly Markup[]): string {
  if (typeof value === 'string') return escapeMarkup(value);
  if (value instanceof Markup) return value.source;
  return value.map((part) => part.source).join('\n');
}

/** Returns text with the special characters of XML and HTML escaped. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
