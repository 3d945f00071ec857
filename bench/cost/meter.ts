/** Counts billed units by names such as `dynamodb.write.feed state` or `sqs.items.send`. */
export class Meter {
  readonly #counts = new Map<string, number>();
  /** Nothing is counted before the day begins. */
  on = false;

  add(name: string, units: number): void {
    if (this.on && units > 0) this.#counts.set(name, (this.#counts.get(name) ?? 0) + units);
  }

  counts(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
