import { describe, expect, it } from 'vitest';
import { feedPreview } from '../../../cli/feeds/feed-preview.ts';
import type { Entry } from '../../../functions/poll/parser/parse.ts';

const NOW = Date.UTC(2026, 5, 1);
const entry = (title: string, published?: string): Entry => ({
  title,
  summary: '',
  content: '',
  authors: [],
  categories: [],
  ...(published === undefined ? {} : { published }),
});
const preview = (entries: readonly Entry[]) =>
  feedPreview({ title: 'Owls\u001b[2J', entries }, 'https://owls.example/', NOW);

describe('feedPreview', () => {
  it('shows the five newest items, and items without a date after the others', () => {
    const days = [1, 4, 2, 3].map((day) => entry(`Day ${day}`, `2026-05-0${day}T10:00:00.000Z`));
    expect(preview([entry('New?'), ...days, entry('Old?')])).toEqual([
      'Owls[2J  https://owls.example/  (6 items)',
      '  2026-05-04 10:00 UTC  Day 4',
      '  2026-05-03 10:00 UTC  Day 3',
      '  2026-05-02 10:00 UTC  Day 2',
      '  2026-05-01 10:00 UTC  Day 1',
      '  no date               New?',
    ]);
  });

  it('notes a feed without news for months, and a feed without items', () => {
    expect(preview([entry('', '2025-06-01T00:00:00.000Z')]).slice(1)).toEqual([
      '  2025-06-01 00:00 UTC  (no title)',
      'note: its newest item is 365 days old; the feed may be abandoned',
    ]);
    expect(preview([entry('New?')])).toHaveLength(2);
    expect(preview([]).slice(1)).toEqual(['note: the feed has no items yet']);
  });
});
