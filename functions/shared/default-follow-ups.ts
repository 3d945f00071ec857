import type { FollowUps } from './model.ts';

const HOUR_MS = 3_600_000;

/**
 * Follow-ups by email where the file has no `followUps`, and the intervals where it gives a mode alone: the first
 * follow-up comes at least two hours after the alert, and the interval doubles up to eight hours.
 */
export const DEFAULT_FOLLOW_UPS: FollowUps = {
  mode: 'calm',
  every: 2 * HOUR_MS,
  everyAtMost: 8 * HOUR_MS,
};

/**
 * Follow-ups by SMS unless the topic's `sms` map has its own, whatever the topic and the defaults say: an SMS costs
 * money and interrupts.
 */
export const DEFAULT_SMS_FOLLOW_UPS: FollowUps = { ...DEFAULT_FOLLOW_UPS, mode: 'urgent' };
