import type { PipelineEvent } from '../functions/shared/events.ts';
import type { StageCounts } from './page-data.ts';

/** Counts what the stages do, from their log events. */
export class StageCounter {
  #counts: StageCounts = { polls: 0, items: 0, hits: 0, alerts: 0 };

  record({ name, fields }: PipelineEvent): void {
    const { polls, items, hits, alerts } = this.#counts;
    if (name === 'poll') {
      const found = fields.outcome === 'changed' ? fields.new + fields.edited : 0;
      const isRequest = fields.outcome !== 'waiting' && fields.outcome !== 'resting';
      this.#counts = { ...this.#counts, polls: polls + Number(isRequest), items: items + found };
    } else if (name === 'match') this.#counts = { ...this.#counts, hits: hits + fields.hits };
    else if (name === 'alert') this.#counts = { ...this.#counts, alerts: alerts + 1 };
  }

  current(): StageCounts {
    return this.#counts;
  }
}
