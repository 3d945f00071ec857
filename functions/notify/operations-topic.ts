import { DEFAULT_FOLLOW_UPS } from '../shared/default-follow-ups.ts';
import type { Topic } from '../shared/model.ts';
import { OPERATIONS_TOPIC_ID } from '../shared/pipeline.ts';

/** As a topic: what there is to say of feeds is gathered for an hour, for what ails many of them at once is one message. */
export const OPERATIONS_TOPIC: Topic = {
  id: OPERATIONS_TOPIC_ID,
  name: 'news-alerts',
  query: { any: [] },
  deliver: { mode: 'hourly' },
  followUps: { ...DEFAULT_FOLLOW_UPS, mode: 'off' },
};
