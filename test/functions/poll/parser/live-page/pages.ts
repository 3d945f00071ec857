/** The address of the invented live page. */
export const PAGE = 'https://herald.test/news/ostrand-flood';
export const HEADLINE = 'Ostrand flood: latest';

export interface WrittenUpdate {
  readonly [property: string]: unknown;
}

/** Returns a live blog as JSON-LD. */
export function liveBlog(updates: unknown, more: WrittenUpdate = {}): WrittenUpdate {
  return {
    '@context': 'https://schema.org',
    '@type': 'LiveBlogPosting',
    url: PAGE,
    headline: HEADLINE,
    liveBlogUpdate: updates,
    ...more,
  };
}

/** Returns an update with an anchor of its own. `minute`: minutes after 10:00. */
export function update(minute: number, more: WrittenUpdate = {}): WrittenUpdate {
  return { ...updateWithoutId(minute), url: `${PAGE}#post-${100 + minute}`, ...more };
}

export function updateWithoutId(minute: number, more: WrittenUpdate = {}): WrittenUpdate {
  return {
    '@type': 'BlogPosting',
    headline: `Gauge reading ${minute}`,
    datePublished: timeAt(minute),
    articleBody: `The river stands at mark ${minute}. The gates stay shut.`,
    ...more,
  };
}

export function timeAt(minute: number): string {
  return new Date(Date.UTC(2026, 2, 10, 10, minute)).toISOString();
}

/** Returns a web page with JSON-LD scripts. */
export function pageOf(...scripts: readonly unknown[]): string {
  const written = scripts.map(
    (script) =>
      `<script type="application/ld+json">${typeof script === 'string' ? script : JSON.stringify(script)}</script>`,
  );
  return htmlOf(written.join('\n'));
}

export function htmlOf(body: string, head = ''): string {
  return `<!doctype html><html lang="en-GB"><head><title>Ostrand flood | Herald</title>${head}</head><body>${body}</body></html>`;
}

/** Returns updates as microdata. */
export function microdataOf(updates: readonly string[], more = ''): string {
  return htmlOf(`<article itemscope itemtype="https://schema.org/LiveBlogPosting"><link itemprop="url" href="/news/ostrand-flood">
    <h1 itemprop="headline">Ostrand flood: <em>latest</em></h1>${more}
    ${updates.join('\n')}</article>`);
}

export function microdataUpdate(minute: number, attributes = `id="post-${100 + minute}"`): string {
  return `<section itemprop="liveBlogUpdate" itemscope itemtype="https://schema.org/BlogPosting" ${attributes}>
    <h2 itemprop="headline">Gauge reading ${minute}</h2>
    <time itemprop="datePublished" datetime="${timeAt(minute)}">10:${minute}</time>
    <div itemprop="articleBody"><p>The river stands at mark ${minute}.</p><p>The gates stay shut.</p></div>
  </section>`;
}
