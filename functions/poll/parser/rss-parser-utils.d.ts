declare module 'rss-parser/lib/utils.js' {
  const utils: {
    getSnippet(html: string): string;
    getContent(node: unknown): string;
    getLink(links: readonly unknown[], rel: string, fallback: number): string | undefined;
  };
  export default utils;
}
