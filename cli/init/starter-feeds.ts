/** Feeds of world news in English, for somebody who names no source. `init` reads each before it offers it. */
export const STARTER_FEEDS: readonly { readonly title: string; readonly url: string }[] = [
  { title: 'BBC News', url: 'https://feeds.bbci.co.uk/news/world/rss.xml' },
  { title: 'The Guardian', url: 'https://www.theguardian.com/world/rss' },
  { title: 'The New York Times', url: 'https://rss.nytimes.com/services/xml/rss/nyt/World.xml' },
  { title: 'Al Jazeera', url: 'https://www.aljazeera.com/xml/rss/all.xml' },
  { title: 'Deutsche Welle', url: 'https://rss.dw.com/rdf/rss-en-all' },
  { title: 'NPR', url: 'https://feeds.npr.org/1004/rss.xml' },
];
