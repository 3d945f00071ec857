/**
 * Calls `work` with every element in order, up to `limit` at a time; `left` is the number of elements that have not started.
 * After a failure no further call starts, and the error is thrown once all running calls have ended. Otherwise Lambda would
 * freeze the running calls at the end of the invocation, and they would continue in the next one.
 */
export async function inParallel<T>(
  list: readonly T[],
  limit: number,
  work: (element: T, left: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < list.length) {
      const element = list[next++] as T;
      try {
        await work(element, list.length - next);
      } catch (error) {
        next = list.length;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(limit, list.length) }, worker));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
