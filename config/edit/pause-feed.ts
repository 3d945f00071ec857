import { setKey } from './set-key.ts';

/**
 * Returns the text of a configuration with a feed paused (`enabled: false`) or read again. Returns undefined when this would
 * change anything else.
 */
export function withPaused(text: string, index: number, isPaused: boolean): string | undefined {
  if (isPaused) return setKey(text, 'feeds', index, 'enabled', false);
  return setKey(text, 'feeds', index, 'enabled', undefined) ?? setKey(text, 'feeds', index, 'enabled', true);
}
