import { Markup, markup } from '../../functions/shared/markup.ts';
import { type Outlet, outlets } from './outlets.ts';
import type { Article } from './timeline.ts';

export function frontPage(): string {
  const rows = outlets.map(
    ({ id, title, tagline }) =>
      markup`<li><a href="/${id}/">${title}</a> – ${tagline} (<a href="/${id}/feed.xml">feed</a>)</li>`,
  );
  return page('The demo newsroom', markup`<ul>${rows}</ul>`);
}

export function outletPage(outlet: Outlet, articles: readonly Article[]): string {
  const rows = articles.map(({ path, title }) => markup`<li><a href="${path}">${title}</a></li>`);
  return page(outlet.title, markup`<p><em>${outlet.tagline}</em></p><ul>${rows}</ul>`);
}

export function articlePage(outlet: Outlet, article: Article, published: Date): string {
  return page(
    article.title,
    markup`<p><small>${outlet.title} · ${article.byline} · ${published.toUTCString()}</small></p>
${new Markup(article.text)}`,
  );
}

function page(title: string, content: Markup): string {
  return markup`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>body { font: 1.1rem/1.5 Georgia, serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
footer { margin-top: 3rem; border-top: 1px solid #ccc; font-size: .85rem; color: #666 }</style>
<h1>${title}</h1>
${content}
<footer>This is the <a href="/">demo newsroom</a> of news-alerts. Every person, place and newspaper in it is
invented, and its clock runs fast.</footer>
</html>
`.source;
}
