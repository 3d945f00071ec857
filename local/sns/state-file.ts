import { readFileSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { describeFileError } from '../../config/file-error.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { parseFilterPolicy } from './filter-policy.ts';

const channel = z.object({ arn: z.string(), displayName: z.string() });

const subscription = z.object({
  arn: z.string(),
  channelArn: z.string(),
  protocol: z.enum(['email', 'sms', 'http', 'https']),
  endpoint: z.string(),
  /** JSON; empty lets everything through. */
  filterPolicy: z.string().refine(isFilterPolicy, 'not a filter policy'),
  rawDelivery: z.boolean(),
  confirmed: z.boolean(),
  /** Whether the confirmation was a signed call, rather than somebody following the link. */
  authenticated: z.boolean(),
  token: z.string(),
});

const state = z.object({
  version: z.literal(1),
  channels: z.array(channel),
  subscriptions: z.array(subscription),
});

/** An SNS topic. */
export type Channel = z.infer<typeof channel>;
export type ChannelSubscription = z.infer<typeof subscription>;
export type ChannelState = z.infer<typeof state>;

function isFilterPolicy(text: string): boolean {
  try {
    return text === '' || parseFilterPolicy(text) !== undefined;
  } catch {
    return false;
  }
}

function describeFault(cause: unknown): string {
  if (cause instanceof z.ZodError) {
    const faults = cause.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return `a file with other contents (${faults.slice(0, 3).join('; ')})`;
  }
  return cause instanceof SyntaxError ? `a damaged file (${cause.message})` : describeFileError(cause);
}

/** Keeps the channels and subscriptions on disk; without a path, nowhere. */
export class StateFile {
  readonly #path: string | undefined;
  readonly #snapshot: () => ChannelState;
  #last: Promise<void> = Promise.resolve();
  #changed = false;

  constructor(path: string | undefined, snapshot: () => ChannelState) {
    this.#path = path;
    this.#snapshot = snapshot;
  }

  /** @throws NewsAlertsError when there is a file but it cannot be used: starting empty would drop every subscriber. */
  load(): ChannelState {
    const path = this.#path;
    const empty: ChannelState = { version: 1, channels: [], subscriptions: [] };
    if (path === undefined) return empty;
    try {
      return state.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return empty;
      throw new NewsAlertsError(
        `${path}: expected the channels and their subscribers, got ${describeFault(cause)}. Restore the file from a backup, or move it away ` +
          `(mv ${path} ${path}.damaged) and start again: recipients of the file are then subscribed again, also those who had ` +
          'unsubscribed; all others have to subscribe again. Nothing was changed.',
        { cause, context: { path } },
      );
    }
  }

  changed(): void {
    this.#changed = this.#path !== undefined;
  }

  /**
   * Resolves when everything that had changed is on disk. One write at a time; callers that come while one is under
   * way share the next. After a failed write the change stays due, so that a caller's retry writes it.
   */
  saved(): Promise<void> {
    const path = this.#path;
    if (path === undefined) return this.#last;
    this.#last = this.#last
      .catch(() => undefined)
      .then(async () => {
        if (!this.#changed) return;
        this.#changed = false;
        try {
          await replaceFile(path, `${JSON.stringify(this.#snapshot(), undefined, 2)}\n`);
        } catch (cause) {
          this.#changed = true;
          throw new NewsAlertsError(
            `${path}: expected to write the channels and their subscribers, got ${describeFileError(cause)}; mend that, and it is tried again`,
            { cause },
          );
        }
      });
    return this.#last;
  }
}

/** Synced before it is renamed: a crash leaves the old file or the new one. Private, since it holds addresses. */
async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
