import { safeText } from '../../functions/notify/safe-text.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { withSecrets } from '../../functions/shared/secret-names.ts';
import { joined, type Markup, markup } from '../markup.ts';

/** The feeds as OPML 2.0: in a folder of their first tag, with all of them as categories. */
export function writeOpml(feeds: readonly Feed[]): string {
  const folders = Map.groupBy(feeds, ({ tags }) => tags[0] ?? '');
  const lines = [...folders].map(([folder, inside]) => {
    if (folder === '') return joined(inside.map((feed) => outline(feed, '    ')));
    const name = safeText(folder);
    return markup`    <outline text="${name}" title="${name}">
${joined(inside.map((feed) => outline(feed, '      ')))}    </outline>
`;
  });
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head>
    <title>Feeds of news-alerts</title>
  </head>
  <body>
${joined(lines)}  </body>
</opml>
`.source;
}

function outline({ url, title, tags, enabled }: Feed, indent: string): Markup {
  // XML cannot write most of what this leaves out.
  const name = safeText(title);
  // A comma ends a category and a slash a part of one.
  const categories = tags.map((tag) => safeText(tag).replace(/[,/]+/g, ' ')).join(',');
  const category = tags.length === 0 ? markup`` : markup` category="${categories}"`;
  const comment = enabled ? markup`` : markup` isComment="true"`;
  return markup`${indent}<outline type="rss" text="${name}" title="${name}" xmlUrl="${withSecrets(url, (secret) => `\${${secret}}`)}"${category}${comment}/>
`;
}
