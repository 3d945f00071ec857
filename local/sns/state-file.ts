import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { describeFileError } from '../../config/file-error.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { ALL_PROTOCOLS } from '../../functions/shared/protocols.ts';
import { writeFileAtomicallyAsync } from '../data-folder/write-file-atomically.ts';
import { parseFilterPolicy } from './filter-policy.ts';

const channel = z.object({ arn: z.string(), displayName: z.string() });

const subscription = z.object({
  arn: z.string(),
  channelArn: z.string(),
  protocol: z.enum([...ALL_PROTOCOLS, 'http', 'https']),
  endpoint: z.string(),
  /** JSON; an empty text matches every message. */
  filterPolicy: z.string().refine(isFilterPolicy, 'not a filter policy'),
  rawDelivery: z.boolean(),
  confirmed: z.boolean(),
  /** Whether the subscription was confirmed by a signed call rather than by its link. */
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
    return `a file with other content (${faults.slice(0, 3).join('; ')})`;
  }
  return cause instanceof SyntaxError ? `a damaged file (${cause.message})` : describeFileError(cause);
}

/** Keeps the channels and subscriptions on disk. Without a path it keeps nothing. */
export class StateFile {
  readonly #path: string | undefined;
  readonly #snapshot: () => ChannelState;
  #lastWrite: Promise<void> = Promise.resolve();
  #isChanged = false;

  constructor(path: string | undefined, snapshot: () => ChannelState) {
    this.#path = path;
    this.#snapshot = snapshot;
  }

  /** @throws NewsAlertsError if the file exists but cannot be used, since an empty start would drop all subscribers */
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
          `(mv ${path} ${path}.damaged) and start again: recipients in the configuration are then subscribed again, even those who ` +
          'unsubscribed; all others have to subscribe again. Nothing was changed.',
        { cause, context: { path } },
      );
    }
  }

  /** Marks the state as changed, so that the next call of `saved` writes it. */
  changed(): void {
    this.#isChanged = this.#path !== undefined;
  }

  /**
   * Resolves when all changes are on disk. Writes one at a time; calls during a write share the next one. After a failed
   * write the state stays marked as changed, so the next call writes it.
   */
  saved(): Promise<void> {
    const path = this.#path;
    if (path === undefined) return this.#lastWrite;
    this.#lastWrite = this.#lastWrite
      .catch(() => undefined)
      .then(async () => {
        if (!this.#isChanged) return;
        this.#isChanged = false;
        try {
          await mkdir(dirname(path), { recursive: true });
          await writeFileAtomicallyAsync(path, `${JSON.stringify(this.#snapshot(), undefined, 2)}\n`);
        } catch (cause) {
          this.#isChanged = true;
          throw new NewsAlertsError(
            `${path}: expected to write the channels and their subscribers, got ${describeFileError(cause)}; fix that, and the write is tried again`,
            { cause },
          );
        }
      });
    return this.#lastWrite;
  }
}
