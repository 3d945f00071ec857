import { expect, it } from 'vitest';
import { parseConfig } from '../../../config/load.ts';
import { simulatePolicy } from '../../../local/past/simulate-policy.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-03-02T09:00:00Z');

it('a follow-up by SMS takes nothing from the round-up by email', async () => {
  const { config } = parseConfig(
    'topics: [{ id: t, match: x, followUps: off, roundUp: daily at 18:00, sms: { followUps: calm } }]\n',
    'news.yaml',
    {},
  );
  const [topic] = config.topics;
  if (!topic) throw new TypeError('no topic');
  const item = { storyId: 's', urgent: false };
  const items = [
    { ...item, id: 'a', at: START, role: 'first' as const },
    { ...item, id: 'b', at: START + HOUR, role: 'development' as const },
  ];
  const story = { openedAt: new Date(START).toISOString(), outlets: 1 };
  expect(await simulatePolicy(topic, items, () => story, START + 48 * HOUR)).toEqual({ email: 2, sms: 2 });
});
