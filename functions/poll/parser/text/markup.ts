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
/** Besides those above, what a headline can have. */
const INLINE_ELEMENTS = new Set(
  'a abbr acronym applet area audio b bdi bdo big blink body button canvas center cite code data del details dfn em embed fieldset font form frame frameset head html i img input ins kbd label legend link map mark marquee menu meta nav nobr noframes object option param picture q rb rp rt rtc ruby s samp select small source span strike strong sub summary sup svg math textarea time title tt u var video wbr'.split(
    ' ',
  ),
);

const isHtml = (name: string) =>
  BLOCK_ELEMENTS.has(name) || INLINE_ELEMENTS.has(name) || HIDDEN_ELEMENTS.has(name);

/** The last part may be missing: a pattern that can fail at a tag's end takes quadratic time. */
const TAG = /<(\/?)([a-z][^\s<>/]*)([^<>]*)(>?)/gi;
const ATTRIBUTE = /^\s+[a-z][\w:.-]*\s*=\s*["'\w#/]|\s[a-z][\w:-]*\s*=\s*["']/i;
/** "&" itself may have been escaped by whoever escaped nothing else. */
const ENTITY = /&(?!amp;)(?:#\w+|[a-z]\w*);/i;
const LETTER = /[\p{L}\p{N}]/u;

/**
 * Whether a text in which there is "<" is HTML, and not "std::unique_ptr<S>" or "the <video> element": a tag is closed
 * again, has an attribute or breaks a line, or there is an entity. `usually`: of texts for which the feed states no type,
 * a tag at the beginning of a word is enough. Takes linear time.
 */
export function isMarkup(text: string, usually: boolean): boolean {
  if (ENTITY.test(text) || text.includes('<![CDATA[')) return true;
  if (usually && text.includes('<!--')) return text.includes('-->');
  const opened = new Set<string>();
  for (const { index, 0: tag, 1: slash, 2: written = '', 3: rest = '', 4: end } of text.matchAll(TAG)) {
    const name = written.toLowerCase();
    if (!(isHtml(name) || PREFIXED.test(name)) || (end === '' && !ATTRIBUTE.test(rest))) continue;
    const before = text.charAt(index - 1).trim();
    if (slash) {
      if (opened.has(name) || (usually && before !== '')) return true;
      continue;
    }
    opened.add(name);
    const isBeforeWord = LETTER.test(text.charAt(index + tag.length));
    if (ATTRIBUTE.test(rest)) return true;
    if (BLOCK_ELEMENTS.has(name) && (isBeforeWord || (name === 'br' && before !== ''))) return true;
    if (usually && isBeforeWord && before === '') return true;
  }
  return false;
}

/** HTML in which tags that are none of HTML's have been meant to be read: "Use of <mid>", "Map<String, List<T>>". */
export function escapeUnknownTags(html: string): string {
  return html.replace(TAG, (tag, _slash: string, name: string) =>
    isHtml(name.toLowerCase()) || PREFIXED.test(name) ? tag : `&lt;${tag.slice(1)}`,
  );
}

/** Word's <o:p> is no text. */
const PREFIXED = /^[a-z]\w*:\w+$/i;
