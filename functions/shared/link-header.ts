const MAX_HEADER = 20_000;
const LINK = /<([^<>]{0,4000})>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s,;"]*))*)/g;
const PARAMETER = /([\w*-]+)\s*=\s*(?:"([^"]*)"|([^\s,;"]*))/g;

/** Returns the links of a Link header (RFC 8288): the parameters of each, by name in lower case, and its address as `href`. */
export function headerLinks(header: string): ReadonlyMap<string, string>[] {
  return [...header.slice(0, MAX_HEADER).matchAll(LINK)].map(([, href = '', written = '']) => {
    const parameters = new Map([['href', href.trim()]]);
    for (const [, name = '', quoted, bare = ''] of written.matchAll(PARAMETER))
      parameters.set(name.toLowerCase(), quoted ?? bare);
    return parameters;
  });
}

/** Returns the addresses of a header's links with a relation, such as "hub". */
export function headerLinksWith(rel: string, header: string): string[] {
  return headerLinks(header)
    .filter((link) => (link.get('rel') ?? '').toLowerCase().split(/\s+/).includes(rel))
    .map((link) => link.get('href') ?? '');
}
