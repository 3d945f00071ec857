import { createRequire } from 'node:module';

interface Database {
  readonly location: string;
  _open(options: unknown): Promise<void>;
  _close(): Promise<void>;
}

type Write = (this: Database, ...args: unknown[]) => Promise<void>;

interface LevelClass {
  new (location: string): { open(): Promise<void>; close(): Promise<void> };
  readonly prototype: Database & Record<(typeof WRITES)[number], Write>;
}

const WRITES = ['_put', '_del', '_batch'] as const;

/** Returns the LevelDB that dynalite uses. */
export function dynalitesLevel(): LevelClass {
  const require = createRequire(import.meta.resolve('dynalite'));
  return (require('level') as { Level: LevelClass }).Level;
}

/**
 * Makes databases reopen after a write that failed for want of room, before the next write. Such a write may leave part of a
 * record in the log; LevelDB goes on behind it, and when it reads the log again, it leaves out what follows: records that were
 * acknowledged would be lost. Opening anew begins another log.
 */
export function reopenAfterFailedWrites({ prototype }: Pick<LevelClass, 'prototype'>): void {
  const openOptions = new WeakMap<Database, unknown>();
  const torn = new WeakSet<Database>();
  const reopening = new WeakMap<Database, Promise<void>>();
  const open = prototype._open;
  prototype._open = function (options) {
    openOptions.set(this, options);
    return open.call(this, options);
  };

  const reopen = async (database: Database) => {
    await database._close();
    await database._open(openOptions.get(database));
    torn.delete(database);
  };
  const repaired = (database: Database): Promise<void> => {
    const running = reopening.get(database);
    if (running) return running;
    const started = reopen(database).finally(() => reopening.delete(database));
    reopening.set(database, started);
    return started;
  };

  for (const name of WRITES) {
    const write = prototype[name];
    prototype[name] = async function (...args) {
      if (torn.has(this)) await repaired(this);
      try {
        await write.apply(this, args);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'LEVEL_IO_ERROR') torn.add(this);
        throw error;
      }
    };
  }
}
