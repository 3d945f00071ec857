import { expect, it } from 'vitest';
import { STORY_WINDOW_MS } from '../../../functions/notify/story/find-story.ts';
import { outcomeOf } from '../../../functions/notify/story/outcome.ts';
import { signatureOf } from '../../../functions/notify/story/signature.ts';
import { countTerms } from '../../../functions/notify/story/term-table.ts';
import { withItemText } from '../../../functions/notify/story/with-item-text.ts';
import type { Story } from '../../../functions/shared/store/stories.ts';
import { OpenStories } from '../../../local/past/open-stories.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { HOUR, TO } from './invented-past.ts';

const SYLLABLES = 'ka lo mir ten sa vel dor ush pan ri gol bet'.split(' ');

it('finds the stories that the comparison with all open stories finds', () => {
  const random = seededRandom(3);
  const word = () => Array.from({ length: random.between(2, 3) }, () => random.pick(SYLLABLES)).join('');
  const events = Array.from({ length: 60 }, () => Array.from({ length: 8 }, word));
  const items = Array.from({ length: 600 }, (_, n) => {
    const event = random.pick(events);
    const text = () => Array.from({ length: 7 }, () => (random.chance(0.7) ? random.pick(event) : word()));
    const item = {
      title: text().join(' '),
      summary: random.chance(0.5) ? [...text(), ...text()].join(' ') : '',
    };
    return {
      ...item,
      id: random.between(1, 200).toString(16).padStart(8, '0') + String(n).padStart(8, '0'),
      at: TO + n * HOUR,
      signature: signatureOf(item),
      ...(random.chance(0.05) ? { livePage: random.pick(['one', 'two']) } : {}),
    };
  });
  const counts = countTerms(items.map(({ signature }) => signature));
  const watched = new Set<string>();
  const open = new OpenStories(counts, watched);
  let all: Story[] = [];
  const outcomes = new Map<string, number>();
  for (const item of items) {
    all = all.filter(({ openedAt }) => item.at - Date.parse(openedAt) <= STORY_WINDOW_MS);
    const expected = outcomeOf(all, item, counts, watched);
    const got = outcomeOf(open.candidatesFor(item), item, counts, watched);
    expect(got).toEqual(expected);
    outcomes.set(got.kind, (outcomes.get(got.kind) ?? 0) + 1);
    const { id, title, signature, livePage } = item;
    if (got.kind === 'opens') {
      const story: Story = {
        id,
        leadItemId: id,
        openedAt: new Date(item.at).toISOString(),
        title,
        itemIds: [id],
        sources: [],
        signatures: [signature],
        ...(livePage === undefined ? {} : { livePage }),
      };
      open.open(story, item);
      all.push(story);
    } else {
      const story = { ...got.story, ...withItemText(got.story, item), itemIds: [...got.story.itemIds, id] };
      open.change(story, item);
      all = all.map((one) => (one === got.story ? story : one));
    }
  }
  expect(outcomes.get('opens')).toBeGreaterThan(50);
  expect(outcomes.get('also')).toBeGreaterThan(50);
});
