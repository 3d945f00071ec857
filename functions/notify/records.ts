import { type Claims, claims } from '../shared/store/claims.ts';
import { type Digests, digests } from '../shared/store/digests.ts';
import { type Gathered, gathered } from '../shared/store/gathered.ts';
import { type Places, places } from '../shared/store/places.ts';
import { type Stories, stories } from '../shared/store/stories.ts';
import { type StreamWords, streamWords } from '../shared/store/stream-words.ts';
import type { Table } from '../shared/store/table.ts';

/** What notify keeps in the table. */
export interface Records {
  readonly stories: Stories;
  readonly claims: Claims;
  readonly digests: Digests;
  readonly gathered: Gathered;
  readonly places: Places;
  readonly streamWords: StreamWords;
}

/** `worker` must be unique among all that claim. */
export function recordsOf(table: Table, worker: string): Records {
  return {
    stories: stories(table),
    claims: claims(table, worker),
    digests: digests(table),
    gathered: gathered(table),
    places: places(table),
    streamWords: streamWords(table),
  };
}
