/**
 * Works on a list, on up to `limit` of it at one time, in its order. When one fails no other is begun; the error is thrown once
 * all that were begun have ended: in a function that is frozen half-way, they would go on with its next invocation.
 */
export async function inParallel<T>(
  list: readonly T[],
  limit: number,
  work: (one: T, left: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < list.length) {
      const one = list[next++] as T;
      try {
        await work(one, list.length - next);
      } catch (error) {
        next = list.length;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(limit, list.length) }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
