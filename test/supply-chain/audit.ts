import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type LockedPackage, lockedPackages } from './lock-file.ts';

export interface Audit {
  /** Source of the advisories. */
  readonly source: 'registry' | 'stored list';
  /** A line for each vulnerable package. */
  readonly found: readonly string[];
  /** Why the stored list was used. */
  readonly reason?: string;
}

interface Advisory {
  readonly package: string;
  /** The first affected version. By default, all versions below `below` are affected. */
  readonly from?: string;
  /** The first version that is no longer affected. */
  readonly below: string;
  readonly id: string;
  readonly what: string;
}

export const stored = JSON.parse(readFileSync(new URL('advisories.json', import.meta.url), 'utf8')) as {
  readonly asOf: string;
  readonly advisories: readonly Advisory[];
};

const NPM = ['npm', 'audit', '--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=20000'];

/**
 * Looks for known vulnerabilities in the packages that are needed at run time. Uses `npm audit` if the registry answers within
 * `timeoutMs`, and otherwise a stored list, which is older and shorter. Never throws.
 */
export async function audit(timeoutMs = 60_000, command: readonly string[] = NPM): Promise<Audit> {
  const printed = await outputOf(command, timeoutMs);
  if (printed === undefined) return fromList(`no answer within ${timeoutMs / 1000} s`);
  const report = parsed(printed);
  if (report?.auditReportVersion === undefined) {
    // The address of the registry is removed.
    return fromList(report?.message?.replace(/ - .*$/s, '') ?? 'npm printed no report');
  }
  const found = Object.values(report.vulnerabilities ?? {}).map(
    ({ name, severity, range }) => `${name} ${range}: ${severity}`,
  );
  return { source: 'registry', found };
}

interface Report {
  readonly auditReportVersion?: number;
  readonly vulnerabilities?: Readonly<Record<string, { name: string; severity: string; range: string }>>;
  readonly message?: string;
}

function parsed(text: string): Report | undefined {
  try {
    const report: unknown = JSON.parse(text);
    return typeof report === 'object' && report !== null ? report : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the standard output of a command with any exit code; undefined if it took too long or could not be run. */
function outputOf(
  [program = '', ...args]: readonly string[],
  timeoutMs: number,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk;
    });
    child.once('error', () => resolve(undefined));
    // Not `close`, because processes that the command started may keep the pipe open.
    child.once('exit', (_code, signal) => setImmediate(() => resolve(signal ? undefined : printed)));
  });
}

function fromList(reason: string): Audit {
  const runtime = lockedPackages().filter(({ dev }) => !dev);
  return { source: 'stored list', found: affected(runtime, stored.advisories), reason };
}

export function affected(
  packages: readonly Pick<LockedPackage, 'name' | 'version'>[],
  advisories: readonly Advisory[],
): string[] {
  return packages.flatMap(({ name, version }) =>
    advisories
      .filter((advisory) => advisory.package === name)
      .filter(({ from = '0', below }) => compare(version, from) >= 0 && compare(version, below) < 0)
      .map(({ id, what }) => `${name} ${version}: ${what} (${id})`),
  );
}

/** Compares the numbers of two versions. A prerelease, which has a hyphen, is older than its release. */
function compare(a: string, b: string): number {
  const [[first, isFirstPrerelease], [second, isSecondPrerelease]] = [a, b].map((version) => {
    const [numbers = '', prerelease] = version.split('-');
    return [numbers.split('.').map(Number), prerelease !== undefined] as const;
  }) as [readonly [number[], boolean], readonly [number[], boolean]];
  for (let n = 0; n < 3; n++) {
    const difference = (first[n] ?? 0) - (second[n] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(isSecondPrerelease) - Number(isFirstPrerelease);
}
