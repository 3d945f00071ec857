import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FarmCommand, FarmEvent, FarmOptions, FarmStats, ShownItem } from './farm.ts';

/** The feed farm in a process of its own. */
export class FarmProcess {
  readonly urls: readonly string[];
  figures: FarmStats = { fetchedFeeds: 0, documents: 0, notModified: 0, items: 0, unfetched: 0 };
  /** Items that match a topic, in the order in which they were shown. */
  readonly shown: ShownItem[] = [];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, urls: readonly string[]) {
    this.#child = child;
    this.urls = urls;
    child.on('message', (news: FarmEvent) => {
      if (news.kind === 'figures') this.figures = news;
      if (news.kind === 'shown') this.shown.push(...news.items);
    });
  }

  static async start(options: FarmOptions): Promise<FarmProcess> {
    const child = fork(join(import.meta.dirname, 'farm.ts'));
    const order: FarmCommand = { kind: 'open', options };
    child.send(order);
    const [news] = (await once(child, 'message')) as [FarmEvent];
    if (news.kind !== 'open') throw new TypeError(`expected the farm to open, got ${news.kind}`);
    return new FarmProcess(child, news.urls);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Items per second from now on. */
  flow(rate: number): void {
    const order: FarmCommand = { kind: 'flow', rate };
    this.#child.send(order);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}
