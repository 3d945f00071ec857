import { z } from 'zod';
import { parseDuration, parseInterval, toMilliseconds } from '../duration.ts';

/** Durations that a key takes, as the file writes them, and an example for faults. */
interface Bounds {
  readonly min: string;
  readonly max: string;
  readonly example: string;
}

const DURATION = String.raw`\d+(\.\d+)?\s*[smhd]`;

/** Returns the schema of one duration: `5m`. */
export function duration({ min, max, example }: Bounds) {
  const error = `a duration between ${min} and ${max}, such as ${example}`;
  return z
    .string({ error })
    .regex(new RegExp(`^${DURATION}$`), { error })
    .refine((text) => isWithin(text, { min, max }), { error });
}

/** Returns the schema of one duration or a rising range: `5m`, `5m to 20m`. The example is a range. */
export function durationRange({ min, max, example }: Bounds) {
  const [one] = example.split(' to ');
  const error = `a duration between ${min} and ${max}, such as ${one}, or a range of them, such as ${example}`;
  return z
    .string({ error })
    .regex(new RegExp(`^${DURATION}(\\s+to\\s+${DURATION})?$`), { error })
    .refine((text) => text.split(/\s+to\s+/).every((part) => isWithin(part, { min, max })), { error })
    .refine(isRising, { error: `a range that begins with the shorter duration, such as ${example}` });
}

/** Also true of texts that are no duration, which have a fault already. */
function isWithin(text: string, { min, max }: Pick<Bounds, 'min' | 'max'>): boolean {
  const ms = parseDuration(text);
  return ms === undefined || (ms >= toMilliseconds(min) && ms <= toMilliseconds(max));
}

/** Also true of texts that are no range. */
function isRising(text: string): boolean {
  const isForm = text.split(/\s+to\s+/).every((part) => parseDuration(part) !== undefined);
  if (!isForm) return true;
  const { every, everyAtMost } = parseInterval(text);
  return every <= everyAtMost;
}
