import { z } from 'zod';
import { parseDuration, parseInterval, toMilliseconds } from '../duration.ts';

/** The shortest and the longest duration that a key accepts, and an example for error messages. */
interface Bounds {
  readonly min: string;
  readonly max: string;
  readonly example: string;
}

const DURATION = String.raw`\d+(\.\d+)?\s*[smhd]`;

/** Returns the schema of a duration: `5m`. */
export function duration({ min, max, example }: Bounds) {
  const error = `a duration between ${min} and ${max}, such as ${example}`;
  return z
    .string({ error })
    .regex(new RegExp(`^${DURATION}$`), { error })
    .refine((text) => isWithin(text, { min, max }), { error });
}

/** Returns the schema of a duration or a rising range: `5m`, `5m to 20m`. The example must be a range. */
export function durationRange({ min, max, example }: Bounds) {
  const [single] = example.split(' to ');
  const error = `a duration between ${min} and ${max}, such as ${single}, or a range, such as ${example}`;
  return z
    .string({ error })
    .regex(new RegExp(`^${DURATION}(\\s+to\\s+${DURATION})?$`), { error })
    .refine((text) => text.split(/\s+to\s+/).every((part) => isWithin(part, { min, max })), { error })
    .refine(isRising, { error: `a range that begins with the shorter duration, such as ${example}` });
}

/** Also true for texts that are no duration, which are reported already. */
function isWithin(text: string, { min, max }: Pick<Bounds, 'min' | 'max'>): boolean {
  const ms = parseDuration(text);
  return ms === undefined || (ms >= toMilliseconds(min) && ms <= toMilliseconds(max));
}

/** Also true for texts that are no range. */
function isRising(text: string): boolean {
  const hasValidForm = text.split(/\s+to\s+/).every((part) => parseDuration(part) !== undefined);
  if (!hasValidForm) return true;
  const { every, everyAtMost } = parseInterval(text);
  return every <= everyAtMost;
}
