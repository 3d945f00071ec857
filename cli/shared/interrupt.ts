/** Returns a signal that the first Ctrl-C or SIGTERM aborts. The second one ends the process at once. */
export function interruptSignal(): AbortSignal {
  return listen().signal;
}

function listen(): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    stop() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

/** Runs work that Ctrl-C stops, with exit code 130. */
export async function interruptible(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const { signal, stop } = listen();
  try {
    await work(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    console.error('Stopped.');
    process.exitCode = 130;
  } finally {
    stop();
  }
}

/** Resolves when the signal is aborted. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
