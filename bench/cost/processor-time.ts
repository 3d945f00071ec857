import { STAGES, type StageName } from '../../functions/shared/pipeline.ts';

/**
 * Measures how much processor time of this process belongs to which stage. Stages take turns, since all of them run in
 * virtual time: whoever goes on says so.
 */
export class ProcessorTime {
  readonly #micros = new Map<StageName | undefined, number>();
  #owner: StageName | undefined;
  #last = used();

  /** From now on it is this stage's, or nobody's. */
  of(owner: StageName | undefined): void {
    const now = used();
    this.#micros.set(this.#owner, (this.#micros.get(this.#owner) ?? 0) + now - this.#last);
    this.#owner = owner;
    this.#last = now;
  }

  /** Forgets what has been measured. */
  reset(): void {
    this.of(undefined);
    this.#micros.clear();
  }

  /** ms. */
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
