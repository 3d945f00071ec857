import type { FollowUps } from './model.ts';

const HOUR_MS = 3_600_000;

/**
 * Follow-ups by email when the file has no `followUps`. If the file sets only a mode, the intervals still come from here. The
 * first follow-up comes at least two hours after the alert, and the interval doubles up to eight hours.
 */
export const DEFAULT_FOLLOW_UPS: FollowUps = {
  mode: 'calm',
  every: 2 * HOUR_MS,
  everyAtMost: 8 * HOUR_MS,
};

/**
 * Follow-ups by SMS unless the topic's `sms` map has its own. The topic's `followUps` and the file's defaults do not apply,
 * because an SMS costs money and interrupts.
 */
export const DEFAULT_SMS_FOLLOW_UPS: FollowUps = { ...DEFAULT_FOLLOW_UPS, mode: 'urgent' };
