import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NewsworthyEdit, newsworthyEdit } from '../../functions/notify/story/material-change.ts';
import { sketchOf } from '../../functions/notify/story/text-sketch.ts';
import { hash64 } from '../../functions/shared/hash.ts';
import type { Hit } from '../../functions/shared/messages.ts';
import type { DeliveredVersion } from '../../functions/shared/store/stories.ts';

const FILE = join(import.meta.dirname, '../../../shared/data/edits/retitled-2021-08.json');

interface Page {
  readonly href: string;
  readonly versions: readonly { readonly seen: string; readonly title: string; readonly summary: string }[];
}

/** An edit of a page, with the version that its readers were last sent. */
export interface Edit {
  readonly href: string;
  readonly deliveredTitle: string;
  readonly deliveredSummary: string;
  readonly title: string;
  readonly summary: string;
  readonly what: 'headline' | 'summary';
  /** Whether the page had this headline before. */
  readonly returns: boolean;
  readonly news: NewsworthyEdit | undefined;
}

/** Returns the pages on a news site's front page over four days, or undefined if the file is missing. */
export function readPages(): readonly Page[] | undefined {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Page[]) : undefined;
}

/** Returns a page's edits, with notify's decision for a topic with calm follow-ups and unchanged terms. */
export function editsOf({ href, versions }: Page): Edit[] {
  const [first, ...later] = versions;
  if (!first) return [];
  const edits: Edit[] = [];
  let delivered = first;
  let last = first;
  let before: Pick<DeliveredVersion, 'title' | 'sketch' | 'terms' | 'updates'> = {
    terms: [],
    ...sketchOfVersion(first),
  };
  const seen = new Set<string>([first.title]);
  for (const version of later) {
    const { title, summary } = version;
    if (title === last.title && summary === last.summary) continue;
    const polledAt = version.seen.replace(/T(\d\d)(\d\d)(\d\d)Z/, 'T$1:$2:$3Z');
    const item: Hit['item'] = { id: href, contentHash: hash64(title, summary), title, summary };
    const news = newsworthyEdit('calm', before, { item, terms: [], why: [], polledAt });
    const what = title === last.title ? 'summary' : 'headline';
    const returns = what === 'headline' && seen.has(title);
    edits.push({
      href,
      deliveredTitle: delivered.title,
      deliveredSummary: delivered.summary,
      title,
      summary,
      what,
      returns,
      news,
    });
    before = news
      ? { ...before, ...sketchOfVersion(version), updates: news.updates }
      : { ...sketchOfVersion(version), ...before };
    if (news) delivered = version;
    last = version;
    seen.add(title);
  }
  return edits;
}

function sketchOfVersion({
  title,
  summary,
}: Page['versions'][number]): Pick<DeliveredVersion, 'title' | 'sketch'> {
  return { title, ...(summary === '' ? {} : { sketch: sketchOf(title, summary) }) };
}
