import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** Returns the resident memory of a process in MB, from Linux's /proc. */
export function residentMb(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes ?? 0) / 1024;
}

/** Returns the CPU seconds of a process. */
export function processorSeconds(pid: number): number {
  return secondsIn(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** Returns the CPU seconds of each thread of a process, the busiest first. */
export function threadSeconds(pid: number): number[] {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder)
    .map((thread) => secondsIn(readFileSync(join(folder, thread, 'stat'), 'utf8')))
    .sort((a, b) => b - a);
}

/** Counts the fields after the process name, which may contain anything. */
function secondsIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Returns the MB of all files below a folder. */
export function folderMb(folder: string): number {
  const bytes = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    // A running database creates and deletes files.
    .map((entry) => statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0);
  return bytes.reduce((sum, size) => sum + size, 0) / 2 ** 20;
}
