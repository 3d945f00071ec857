export const BLOCK_ELEMENTS: ReadonlySet<string> = new Set(
  'address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main ol p pre section table td th tr ul'.split(
    ' ',
  ),
);
export const HIDDEN_ELEMENTS: ReadonlySet<string> = new Set([
  'script',
  'style',
  'template',
  'noscript',
  'iframe',
]);
/** The other elements that a headline may contain. */
const INLINE_ELEMENTS = new Set(
  'a abbr acronym applet area audio b bdi bdo big blink body button canvas center cite code data del details dfn em embed fieldset font form frame frameset head html i img input ins kbd label legend link map mark marquee menu meta nav nobr noframes object option param picture q rb rp rt rtc ruby s samp select small source span strike strong sub summary sup svg math textarea time title tt u var video wbr'.split(
    ' ',
  ),
);

const isHtml = (name: string) =>
  BLOCK_ELEMENTS.has(name) || INLINE_ELEMENTS.has(name) || HIDDEN_ELEMENTS.has(name);

/** The closing ">" is optional: a pattern that can fail at the end of a tag takes quadratic time. */
const TAG = /<(\/?)([a-z][^\s<>/]*)([^<>]*)(>?)/gi;
const ATTRIBUTE = /^\s+[a-z][\w:.-]*\s*=\s*["'\w#/]|\s[a-z][\w:-]*\s*=\s*["']/i;
/** Excludes "&amp;", since some feeds escape "&" and nothing else. */
const ENTITY = /&(?!amp;)(?:#\w+|[a-z]\w*);/i;
const LETTER = /[\p{L}\p{N}]/u;

/**
 * Returns whether a text with "<" is HTML, and not "std::unique_ptr<S>" or "the <video> element". It is HTML if a tag is
 * closed again, has an attribute or breaks a line, or if there is an entity. With `isUntyped`, for texts without a stated
 * type, a tag at the beginning of a word is enough. Takes linear time.
 */
export function isMarkup(text: string, isUntyped: boolean): boolean {
  if (ENTITY.test(text) || text.includes('<![CDATA[')) return true;
  if (isUntyped && text.includes('<!--')) return text.includes('-->');
  const opened = new Set<string>();
  for (const { index, 0: tag, 1: slash, 2: written = '', 3: rest = '', 4: end } of text.matchAll(TAG)) {
    const name = written.toLowerCase();
    if (!(isHtml(name) || PREFIXED.test(name)) || (end === '' && !ATTRIBUTE.test(rest))) continue;
    const before = text.charAt(index - 1).trim();
    if (slash) {
      if (opened.has(name) || (isUntyped && before !== '')) return true;
      continue;
    }
    opened.add(name);
    const isBeforeWord = LETTER.test(text.charAt(index + tag.length));
    if (ATTRIBUTE.test(rest)) return true;
    if (BLOCK_ELEMENTS.has(name) && (isBeforeWord || (name === 'br' && before !== ''))) return true;
    if (isUntyped && isBeforeWord && before === '') return true;
  }
  return false;
}

/** Escapes tags that HTML does not have, since they are part of the text: "Use of <mid>", "Map<String, List<T>>". */
export function escapeUnknownTags(html: string): string {
  return html.replace(TAG, (tag, _slash: string, name: string) =>
    isHtml(name.toLowerCase()) || PREFIXED.test(name) ? tag : `&lt;${tag.slice(1)}`,
  );
}

/** Microsoft Word's <o:p> is a tag, not text. */
const PREFIXED = /^[a-z]\w*:\w+$/i;
