import { expect, it } from 'vitest';
import { pushSubscriptions } from '../../../../functions/shared/store/push-subscriptions.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const SUBSCRIPTION = { hub: 'https://hub.test/', topic: 'https://herald.test/', token: 't', secret: 's' };

it('counts the calls of a batch, which are counted at once', async () => {
  const subscriptions = pushSubscriptions(memoryTable());
  await subscriptions.put('herald', SUBSCRIPTION, NOW);
  await Promise.all(Array.from({ length: 20 }, () => subscriptions.count('herald', 'sha1', NOW)));
  expect((await subscriptions.get('herald'))?.pushes).toBe(20);
});
