import { stringify } from 'yaml';
import type { NewFeed } from '../feeds/new-feeds.ts';

/** The answers of `init`. */
export interface NewConfig {
  /** A query. */
  readonly watch: string;
  readonly feeds: readonly Pick<NewFeed, 'url' | 'title'>[];
  /** Whether `.env` has an address for emails. */
  readonly hasEmail: boolean;
}

/** Returns the text of a small configuration with comments. */
export function newConfigText({ watch, feeds, hasEmail }: NewConfig): string {
  const list = (value: unknown) =>
    stringify(value, { lineWidth: 0 })
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`)
      .join('\n');
  return `# What to watch, and who receives the alerts. \`npx news-alerts check\` checks this file.
# A running news-alerts applies each valid edit.

feeds:
${list(feeds.map(({ url, title }) => (title ? { url, title } : url)))}

# Words also find their inflections. "in quotes", OR, -without, title:word, NEAR/5 and more: docs/query-language.md.
topics:
${list([{ id: topicId(watch), name: topicName(watch), match: watch }])}
    # deliver: daily at 07:30    # one digest a day in place of alerts at once
    # quiet: 22:00 to 07:00      # no alerts in these hours

recipients:
  ${hasEmail ? `- email: \${ALERTS_EMAIL}    # set in .env` : '[]    # nobody yet: - email: you@example.org'}
`;
}

const MAX_NAME = 60;

/** Returns the words of a query, without its operators. */
export function topicName(watch: string): string {
  const name = watch
    .replace(/\b(?:AND|OR|NOT|NEAR(?:\/\d+)?)\b|(?<!\S)-\S+|[()"*=@/]|\b[a-z]+:/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return name.slice(0, MAX_NAME).trim() || 'News';
}

/** Returns an id of at most four words of the query. */
export function topicId(watch: string): string {
  const words = topicName(watch)
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return words?.slice(0, 4).join('-').slice(0, MAX_NAME) ?? 'news';
}
