import { tables } from '../../functions/shared/aws/platform.ts';
import { environment, OPERATIONS_TOPIC_ID } from '../../functions/shared/pipeline.ts';
import { mutes } from '../../functions/shared/store/mutes.ts';
import type { SeededRandom } from '../helpers/seeded-random.ts';
import { SDK_OPTIONS } from './aws/sdk-options.ts';
import type { RunOutline } from './fault-plan.ts';
import { wasMuted } from './mute-rules.ts';
import type { Caller, Network } from './network.ts';
import type { RunRecord } from './run-record.ts';
import { MINUTE, type VirtualTime } from './virtual-time.ts';

/** A story that the reader mutes, chosen when the time comes. */
export interface PlannedMute {
  readonly at: number;
  /** When the reader undoes it, or undefined for never. */
  readonly undoneAt: number | undefined;
}

/** Returns what the reader mutes in a run; in most runs, nothing. */
export function mutesOf(random: SeededRandom, { when }: Pick<RunOutline, 'when'>): PlannedMute[] {
  if (!random.chance(0.25)) return [];
  return Array.from({ length: random.between(1, 6) }, () => {
    const share = 0.05 + random.fraction() * 0.8;
    const undoneAt = when(share + random.fraction() * (1 - share));
    return { at: when(share), undoneAt: random.chance(0.5) ? undoneAt : undefined };
  });
}

export interface ReaderOptions {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly record: RunRecord;
  readonly network: Network;
  readonly tableName: string;
  readonly planned: readonly PlannedMute[];
  readonly calmFrom: number;
}

/** If nothing has been alerted yet, the reader looks again after this time. */
const LOOKS_AGAIN = 10 * MINUTE;

/**
 * A reader who mutes stories that were alerted, and undoes some of it. Each press of the button is one write, which can
 * fail or lose its answer like the calls of functions. The reader does not press again.
 */
export class SimulatedReader {
  readonly #options: ReaderOptions;

  constructor(options: ReaderOptions) {
    this.#options = options;
    const { time, planned } = options;
    for (const { at, undoneAt } of planned) time.at(at, () => this.#muteSome(undoneAt));
  }

  #muteSome(undoneAt: number | undefined): void {
    const { time, random, record, calmFrom } = this.#options;
    const alerted = record.published
      .filter(({ topicId }) => topicId !== OPERATIONS_TOPIC_ID)
      .flatMap(({ topicId, alert }) => alert.entries.map(({ storyId }) => ({ topicId, storyId })))
      .filter((story) => !wasMuted(record, story, time.now, time.now));
    if (alerted.length === 0) {
      if (time.now < calmFrom) time.after(LOOKS_AGAIN, () => this.#muteSome(undoneAt));
      return;
    }
    const { topicId, storyId } = random.pick(alerted);
    this.#press((store) => store.mute(topicId, storyId, time.now));
    if (undoneAt !== undefined)
      time.at(undoneAt, () => this.#press((store) => store.unmute(topicId, storyId)));
  }

  #press(write: (store: ReturnType<typeof mutes>) => Promise<void>): void {
    const { time, record, network, tableName } = this.#options;
    const caller: Caller = {
      name: 'reader',
      stage: 'reader',
      dead: false,
      invocation: undefined,
      die() {
        this.dead = true;
      },
    };
    const sdk = { ...SDK_OPTIONS, requestHandler: network.handlerOf(caller) };
    write(mutes(tables({ [environment.table]: tableName }, sdk).table())).catch((error: unknown) => {
      record.trace(`${time.now} reader failed ${String(error)}`);
    });
  }
}
