import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Returns the maximum increase of memory during some work, in bytes, without garbage. Measures every 50 ms. */
export async function peakMemory(work: () => Promise<unknown>): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const inUse = () => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = inUse();
  let highest = before;
  const timer = setInterval(() => {
    highest = Math.max(highest, inUse());
  }, 50);
  await work();
  clearInterval(timer);
  return Math.max(highest, inUse()) - before;
}
