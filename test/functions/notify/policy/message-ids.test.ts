import { expect, it } from 'vitest';
import { followUpId } from '../../../../functions/notify/policy/message-ids.ts';

const DUE_AT = '2026-03-01T09:30:00.000Z';

it('gives every follow-up an id by topic, time, story and protocols', () => {
  const ids = [
    followUpId('a', DUE_AT, 'story', ['email']),
    followUpId('b', DUE_AT, 'story', ['email']),
    followUpId('a', DUE_AT, 'other', ['email']),
    followUpId('a', DUE_AT, 'story', ['sms']),
    followUpId('a', DUE_AT, 'story', ['email', 'sms']),
    followUpId('a', '2026-03-01T09:30:00.001Z', 'story', ['email']),
  ];
  expect(new Set(ids).size).toBe(ids.length);
  expect(followUpId('a', DUE_AT, 'story', ['email'])).toBe(ids[0]);
});
