export interface Schedule {
  /** Returns when the next tick starts, ms since the epoch. */
  readonly nextAt: () => number;
  /** Resolves when the current tick has finished. */
  stop(): Promise<void>;
}

/** Runs `tick` at once and then every `intervalMs`, one at a time. Reports a failed tick to `onError` and goes on. */
export function startSchedule(
  tick: () => Promise<void>,
  intervalMs: number,
  onError: (error: unknown) => void,
): Schedule {
  let nextAt = Date.now();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const run = () => {
    running = tick()
      .catch(onError)
      .finally(() => {
        // Do not make up for ticks that a sleeping or busy machine missed: the next tick handles everything that is due.
        // After the clock was set back, the next tick must not wait until the clock has caught up.
        const now = Date.now();
        nextAt = Math.min(Math.max(nextAt + intervalMs, now), now + intervalMs);
        if (!stopped) timer = setTimeout(run, Math.max(0, nextAt - Date.now()));
      });
  };
  run();
  return {
    nextAt: () => nextAt,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
