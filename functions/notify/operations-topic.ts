import { DEFAULT_FOLLOW_UPS } from '../shared/default-follow-ups.ts';
import type { Topic } from '../shared/model.ts';
import { OPERATIONS_TOPIC_ID } from '../shared/pipeline.ts';

/** The topic of notices to the operators. Its hourly digest puts a problem of many feeds into one message. */
export const OPERATIONS_TOPIC: Topic = {
  id: OPERATIONS_TOPIC_ID,
  name: 'news-alerts',
  query: { any: [] },
  deliver: { mode: 'hourly' },
  followUps: { ...DEFAULT_FOLLOW_UPS, mode: 'off' },
};
