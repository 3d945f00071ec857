/** Milliseconds of this thread's processor since a look before: what other processes do does not count. */
export function processorTime(before?: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
