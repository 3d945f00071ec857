/** Processor time of this process, microseconds, all its threads. */
export function processorMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Microseconds for one of the items, when something is done with all of them. */
export function timed<T>(items: readonly T[], work: (item: T) => void): number {
  const before = processorMicroseconds();
  for (const item of items) work(item);
  return (processorMicroseconds() - before) / items.length;
}
