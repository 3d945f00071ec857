import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FarmCommand, FarmEvent, FarmOptions, FarmStats, ShownItem } from './farm.ts';

/** Runs the feed farm in a process of its own. */
export class FarmProcess {
  readonly urls: readonly string[];
  stats: FarmStats = { fetchedFeeds: 0, documents: 0, notModified: 0, items: 0, unfetched: 0 };
  /** Items that match a topic, in order of publication. */
  readonly shown: ShownItem[] = [];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, urls: readonly string[]) {
    this.#child = child;
    this.urls = urls;
    child.on('message', (event: FarmEvent) => {
      if (event.kind === 'stats') this.stats = event;
      if (event.kind === 'shown') this.shown.push(...event.items);
    });
  }

  static async start(options: FarmOptions): Promise<FarmProcess> {
    const child = fork(join(import.meta.dirname, 'farm.ts'));
    const command: FarmCommand = { kind: 'open', options };
    child.send(command);
    const [event] = (await once(child, 'message')) as [FarmEvent];
    if (event.kind !== 'open') throw new TypeError(`expected the farm to open, got ${event.kind}`);
    return new FarmProcess(child, event.urls);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Sets the number of new items per second; 0 stops them. */
  setRate(rate: number): void {
    const command: FarmCommand = { kind: 'set-rate', rate };
    this.#child.send(command);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}
