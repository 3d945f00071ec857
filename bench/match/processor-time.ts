/** Returns the processor time of this process in microseconds, in all its threads. */
export function processorMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Returns the microseconds per item that `work` takes. */
export function timed<T>(items: readonly T[], work: (item: T) => void): number {
  const before = processorMicroseconds();
  for (const item of items) work(item);
  return (processorMicroseconds() - before) / items.length;
}
