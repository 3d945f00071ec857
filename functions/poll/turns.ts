export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Lets at most so many at once do their work; the others wait for their turn, in their order. */
export function turns(most: number): InTurn {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running === most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
