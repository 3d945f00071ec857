/** Characters. The first elements show whether a document is a web page. */
const MAX_PROLOG = 15_000;

/** Returns whether a document begins as a web page does. Some feeds begin with an HTML doctype. */
export function isHtmlPage(source: string): boolean {
  const start = source.slice(0, MAX_PROLOG);
  const at = afterProlog(start, 0);
  const doctype = /^<!doctype\s+html\b/i.test(start.slice(at, at + 50));
  if (!doctype) return /^<(html|head|body)\b/i.test(start.slice(at, at + 10));
  const end = start.indexOf('>', at);
  return (
    end < 0 ||
    !/^<([\w-]{1,20}:)?(rss|feed|rdf)\b/i.test(start.slice(afterProlog(start, end + 1)).slice(0, 30))
  );
}

const HTML_START =
  /^<(meta|title|link|base|script|style|noscript|div|p|center|table|h[1-6]|a|b|i|br|hr|img|span|font|section|main|header|nav|article|form|iframe|frameset|ul)\b/i;

/** Returns whether a document that is not a feed is part of a web page, by its first element or its content type. */
export function isHtmlFragment(source: string, contentType = ''): boolean {
  const start = source.slice(0, MAX_PROLOG);
  return (
    /^\s*(text\/html|application\/xhtml)/i.test(contentType) ||
    HTML_START.test(start.slice(afterProlog(start, 0)))
  );
}

/** Returns the position after blanks, comments and processing instructions. */
function afterProlog(text: string, from: number): number {
  let at = from;
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at++;
    const close = text.startsWith('<!--', at) ? '-->' : text.startsWith('<?', at) ? '?>' : undefined;
    const end = close ? text.indexOf(close, at) : -1;
    if (!close || end < 0) return at;
    at = end + close.length;
  }
}
