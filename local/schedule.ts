export interface Schedule {
  readonly nextAt: () => number;
  /** Lets the tick under way come to its end. */
  stop(): Promise<void>;
}

/** Runs `tick` now and then every `interval` ms, one at a time; a tick that fails is reported, and the next one comes. */
export function startSchedule(
  tick: () => Promise<void>,
  interval: number,
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
        // Ticks that a sleeping or busy machine has missed are not made up for: the next one sees all that is due.
        // A clock that was set back must not make the next one wait until it has caught up.
        const now = Date.now();
        nextAt = Math.min(Math.max(nextAt + interval, now), now + interval);
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
