import { cdata, type Markup, markup } from '../../functions/shared/markup.ts';
import type { Outlet } from './outlets.ts';
import type { Article } from './timeline.ts';

export interface FeedDocument {
  readonly contentType: string;
  readonly body: string;
}

export interface FeedContext {
  readonly newsroomUrl: string;
  /** When the feed last changed. */
  readonly changedAt: Date;
  /** Returns the time of a minute of the demo. */
  readonly timeOf: (minute: number) => Date;
}

/** Returns an outlet's feed in its format. Depends only on its parameters, so the bytes change only with the news. */
export function feedDocument(
  outlet: Outlet,
  articles: readonly Article[],
  context: FeedContext,
): FeedDocument {
  const write = { rss, 'rss-without-guids': rss, atom, rdf }[outlet.format];
  const contentType = { rss: 'rss', 'rss-without-guids': 'rss', atom: 'atom', rdf: 'rdf' }[outlet.format];
  return {
    contentType: `application/${contentType}+xml`,
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${write(outlet, articles, context).source}\n`,
  };
}

type Writer = (outlet: Outlet, articles: readonly Article[], context: FeedContext) => Markup;

const rss: Writer = (outlet, articles, { newsroomUrl, changedAt, timeOf }) => {
  const withGuids = outlet.format === 'rss';
  const items = articles.map(
    (article) => markup`<item>
  <title>${article.title}</title>
  <link>${newsroomUrl + article.path}</link>
  ${withGuids ? markup`<guid isPermaLink="false">${guidOf(outlet, article)}</guid>` : ''}
  <pubDate>${timeOf(article.published).toUTCString()}</pubDate>
  <dc:creator>${article.byline}</dc:creator>
  <description>${withGuids ? cdata(article.text) : article.text}</description>
</item>`,
  );
  return markup`<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>${outlet.title}</title>
<link>${newsroomUrl}/${outlet.id}/</link>
<description>${outlet.tagline}</description>
<language>en</language>
<lastBuildDate>${changedAt.toUTCString()}</lastBuildDate>
<atom:link rel="self" type="application/rss+xml" href="${newsroomUrl}/${outlet.id}/feed.xml"/>
${items}
</channel>
</rss>`;
};

const atom: Writer = (outlet, articles, { newsroomUrl, changedAt, timeOf }) => {
  const entries = articles.map(
    (article) => markup`<entry>
  <id>${guidOf(outlet, article)}</id>
  <title type="text">${article.title}</title>
  <link rel="alternate" type="text/html" href="${newsroomUrl + article.path}"/>
  <published>${timeOf(article.published).toISOString()}</published>
  <updated>${timeOf(article.updated).toISOString()}</updated>
  <author><name>${article.byline}</name></author>
  <summary type="html">${leadOf(article)}</summary>
  <content type="html">${article.text}</content>
</entry>`,
  );
  return markup`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>tag:${outlet.id}.example,2020:feed</id>
<title type="text">${outlet.title}</title>
<subtitle type="text">${outlet.tagline}</subtitle>
<link rel="alternate" type="text/html" href="${newsroomUrl}/${outlet.id}/"/>
<link rel="self" type="application/atom+xml" href="${newsroomUrl}/${outlet.id}/feed.xml"/>
<updated>${changedAt.toISOString()}</updated>
${entries}
</feed>`;
};

const rdf: Writer = (outlet, articles, { newsroomUrl, changedAt, timeOf }) => {
  const links = articles.map((article) => markup`<rdf:li rdf:resource="${newsroomUrl + article.path}"/>`);
  const items = articles.map(
    (article) => markup`<item rdf:about="${newsroomUrl + article.path}">
  <title>${article.title}</title>
  <link>${newsroomUrl + article.path}</link>
  <description>${article.text}</description>
  <dc:date>${timeOf(article.published).toISOString()}</dc:date>
  <dc:creator>${article.byline}</dc:creator>
</item>`,
  );
  return markup`<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="${newsroomUrl}/${outlet.id}/feed.xml">
<title>${outlet.title}</title>
<link>${newsroomUrl}/${outlet.id}/</link>
<description>${outlet.tagline}</description>
<dc:date>${changedAt.toISOString()}</dc:date>
<items><rdf:Seq>
${links}
</rdf:Seq></items>
</channel>
${items}
</rdf:RDF>`;
};

function guidOf(outlet: Outlet, article: Article): string {
  return `tag:${outlet.id}.example,2020:${article.slug}`;
}

function leadOf(article: Article): string {
  return article.text.replace(/(<\/p>).*$/s, '$1');
}
