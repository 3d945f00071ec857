import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type LockedPackage, lockedPackages } from './lock-file.ts';

export interface Audit {
  /** Where the advisories come from: a registry today, or the stored list. */
  readonly source: 'registry' | 'stored list';
  /** A line for each vulnerable package; empty for none. */
  readonly found: readonly string[];
  /** Why no registry was asked, or how it did not answer. */
  readonly reason?: string;
}

interface Advisory {
  readonly package: string;
  /** The first version that is affected; the very first by default. */
  readonly from?: string;
  /** The first version that is not affected any more. */
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
 * Looks for known vulnerabilities of the packages that are needed at run time: by `npm audit` where the registry in use
 * answers it within `timeoutMs`, else in a stored list, which is older and shorter. Never throws, and never takes longer.
 */
export async function audit(timeoutMs = 60_000, command: readonly string[] = NPM): Promise<Audit> {
  const printed = await outputOf(command, timeoutMs);
  if (printed === undefined) return fromList(`no answer within ${timeoutMs / 1000} s`);
  const report = parsed(printed);
  if (report?.auditReportVersion === undefined) {
    // Without the registry's address.
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

/** Standard output of a command, whatever its exit code; undefined where it took too long or could not be run. */
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
    // Not `close`: what the command has started may hold the pipe open after it was ended.
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
      .filter((one) => one.package === name)
      .filter(({ from = '0', below }) => compare(version, from) >= 0 && compare(version, below) < 0)
      .map(({ id, what }) => `${name} ${version}: ${what} (${id})`),
  );
}

/** Compares two versions by their numbers. A prerelease, with a hyphen, is older than its release. */
function compare(a: string, b: string): number {
  const [[one, oneEarly], [other, otherEarly]] = [a, b].map((version) => {
    const [numbers = '', early] = version.split('-');
    return [numbers.split('.').map(Number), early !== undefined] as const;
  }) as [readonly [number[], boolean], readonly [number[], boolean]];
  for (let n = 0; n < 3; n++) {
    const difference = (one[n] ?? 0) - (other[n] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(otherEarly) - Number(oneEarly);
}
