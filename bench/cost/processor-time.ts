import { STAGES, type StageName } from '../../functions/shared/pipeline.ts';

/**
 * Measures the processor time of each stage in this process. All stages run in virtual time and take turns, so the caller
 * reports which one runs.
 */
export class ProcessorTime {
  readonly #micros = new Map<StageName | undefined, number>();
  #owner: StageName | undefined;
  #last = used();

  /** Assigns the time from now on to a stage, or to none. */
  of(owner: StageName | undefined): void {
    const now = used();
    this.#micros.set(this.#owner, (this.#micros.get(this.#owner) ?? 0) + now - this.#last);
    this.#owner = owner;
    this.#last = now;
  }

  /** Clears all measurements. */
  reset(): void {
    this.of(undefined);
    this.#micros.clear();
  }

  /** Returns the processor time of each stage, ms. */
  times(): Readonly<Record<StageName, number>> {
    this.of(this.#owner);
    const entries = STAGES.map((stage) => [stage, (this.#micros.get(stage) ?? 0) / 1000]);
    return Object.fromEntries(entries) as Record<StageName, number>;
  }
}

function used(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
