import type { Topic } from '../shared/model.ts';
import { OPERATIONS } from '../shared/pipeline.ts';

/** As a topic: what there is to say of feeds is gathered for an hour, for what ails many of them at once is one message. */
export const OPERATIONS_TOPIC: Topic = {
  id: OPERATIONS,
  name: 'news-alerts',
  query: { any: [] },
  updates: 'off',
  deliver: { mode: 'hourly' },
};
