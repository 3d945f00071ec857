import { splitStory } from '../../functions/notify/story/split-story.ts';
import { tables } from '../../functions/shared/aws/platform.ts';
import { environment } from '../../functions/shared/pipeline.ts';
import type { DeliveredVersion } from '../../functions/shared/store/stories.ts';
import type { SeededRandom } from '../helpers/seeded-random.ts';
import { SDK_OPTIONS } from './aws/sdk-options.ts';
import type { RunOutline } from './fault-plan.ts';
import type { Caller, Network } from './network.ts';
import type { RunRecord, Split } from './run-record.ts';
import { MINUTE, type VirtualTime } from './virtual-time.ts';

/** Returns when the reader looks for a report that is not the same story; in most runs never. */
export function splitsOf(random: SeededRandom, { when }: Pick<RunOutline, 'when'>): number[] {
  if (!random.chance(0.5)) return [];
  return Array.from({ length: random.between(1, 4) }, () => when(0.05 + random.fraction() * 0.65));
}

/** A report that a topic recorded, as the page shows it. */
export interface ShownReport extends Pick<DeliveredVersion, 'storyId' | 'lead' | 'role' | 'title'> {
  readonly topicId: string;
  readonly itemId: string;
}

export interface SplitReaderOptions {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly record: RunRecord;
  readonly network: Network;
  readonly tableName: string;
  readonly planned: readonly number[];
  readonly calmFrom: number;
  /** Returns the reports that the pages show at this moment. */
  readonly reports: () => readonly ShownReport[];
  readonly feedTitle: (feedId: string) => string | undefined;
  /** Returns whether a report is rightly taken out of the story that it joined. */
  readonly isOtherEvent: (title: string) => boolean;
}

/** If no report can be taken out yet, the reader looks again after this time. */
const LOOKS_AGAIN = 10 * MINUTE;

/**
 * A reader who takes reports out of their stories. The calls of a press fail like those of functions, and any of them may be
 * the last. The reader presses again until the page says that it is done, or why it cannot be done.
 */
export class SplitReader {
  readonly #options: SplitReaderOptions;

  constructor(options: SplitReaderOptions) {
    this.#options = options;
    const { time, planned } = options;
    for (const at of planned) time.at(at, () => this.#look());
  }

  #look(): void {
    const { time, random, record, calmFrom, reports, isOtherEvent } = this.#options;
    const all = reports();
    const isDone = ({ itemId, topicId }: ShownReport) =>
      record.splits.some((split) => split.itemId === itemId && split.topicId === topicId);
    // A feed that renames its items shows one article several times.
    const repeatsLead = ({ storyId, title }: ShownReport) =>
      all.some((one) => one.lead && one.storyId === storyId && one.title === title);
    const shown = all.filter(
      (report) => !report.lead && report.role !== 'copy' && !isDone(report) && !repeatsLead(report),
    );
    if (shown.length === 0) {
      if (time.now < calmFrom) time.after(LOOKS_AGAIN, () => this.#look());
      return;
    }
    // Readers may be wrong, too.
    const others = shown.filter(({ title }) => isOtherEvent(title));
    const choice = others.length > 0 && random.chance(0.7) ? others : shown;
    const { topicId, itemId, storyId, title } = random.pick(choice);
    const split: Split = { topicId, itemId, from: storyId, title, pressedAt: time.now };
    record.splits.push(split);
    this.#press(split);
  }

  #press(split: Split): void {
    const { time, random, record, network, tableName, feedTitle } = this.#options;
    const again = () => time.after(random.between(1, 10) * MINUTE, () => this.#press(split));
    const caller: Caller = {
      name: 'reader',
      stage: 'reader',
      dead: false,
      invocation: undefined,
      die() {
        this.dead = true;
        again();
      },
    };
    const sdk = { ...SDK_OPTIONS, requestHandler: network.handlerOf(caller) };
    const table = tables({ [environment.table]: tableName }, sdk).table();
    splitStory(table, { ...split, now: time.now }, async (feedId) => feedTitle(feedId)).then(
      (result) => {
        record.trace(`${time.now} reader split ${split.itemId} ${JSON.stringify(result)}`);
        if (result.kind === 'split') Object.assign(split, { storyId: result.storyId, doneAt: time.now });
        else if (result.kind === 'busy') again();
        else split.refusal = result.reason;
      },
      (error: unknown) => {
        record.trace(`${time.now} reader failed ${String(error)}`);
        again();
      },
    );
  }
}
