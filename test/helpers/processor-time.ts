/** Returns the processor time of this thread in milliseconds, in total or since an earlier measurement. */
export function processorTime(before?: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
