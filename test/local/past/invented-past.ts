import { parseConfig } from '../../../config/load.ts';
import type { Topic } from '../../../functions/shared/model.ts';
import { type FoundItem, type Past, pastOf } from '../../../local/past/past.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const TO = Date.parse('2026-03-10T12:00:00Z');

/** Returns an item that a feed has shown `hours` hours before the end of the past. */
export function foundItem(
  id: string,
  hours: number,
  title: string,
  more: Partial<FoundItem> = {},
): FoundItem {
  return {
    id,
    feedId: 'courier',
    title,
    summary: '',
    content: '',
    authors: [],
    categories: [],
    foundAt: TO - hours * HOUR,
    ...more,
  };
}

const TITLES: Readonly<Record<string, string>> = { courier: 'The Courier', herald: 'Morning Herald' };

export function inventedPast(...items: readonly FoundItem[]): Past {
  return pastOf(items, (id) => ({ id, title: TITLES[id] ?? id, url: `https://${id}.example/` }), TO);
}

/** Returns the first topic of a file with these topics, in YAML's flow style. */
export function topicIn(topics: string): Topic {
  const [topic] = parseConfig(`topics: [${topics}]\n`, 'news.yaml', {}).config.topics;
  if (!topic) throw new TypeError('no topic');
  return topic;
}
