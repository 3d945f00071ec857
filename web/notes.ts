import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';

const KEPT_MS = 60_000;
const MAX_NOTES = 100;

/**
 * Sentences about changes that were just made. A redirect names one in its address, where the next view shows it. After a
 * minute it is gone, so that a bookmark or the browser's Back does not repeat it.
 */
export class Notes {
  readonly #texts = new Map<string, { readonly text: string; readonly at: number }>();

  /** Redirects to a view that says what was done. */
  redirect(c: Context, path: string, text: string, more: Readonly<Record<string, string>> = {}): Response {
    const note = randomBytes(6).toString('base64url');
    this.#texts.set(note, { text, at: performance.now() });
    for (const oldest of this.#texts.keys()) {
      if (this.#texts.size <= MAX_NOTES) break;
      this.#texts.delete(oldest);
    }
    return c.redirect(`${path}?${new URLSearchParams({ ...more, note })}`, 303);
  }

  /** Returns what was done before a view was opened. */
  of(c: Context): string | undefined {
    const { text, at } = this.#texts.get(c.req.query('note') ?? '') ?? { at: Number.NEGATIVE_INFINITY };
    return performance.now() - at < KEPT_MS ? text : undefined;
  }
}
