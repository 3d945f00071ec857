import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export interface InstalledPackage {
  /** The folder of the built package. */
  readonly dist: string;
  /** Path of the command. */
  readonly command: string;
  /** Bytes. */
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

export function run(file: string, args: readonly string[], cwd: string): string {
  return execFileSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Builds the package, packs it, and installs the tarball into a folder. The CDK is linked from this repository. */
export function installPackage(folder: string): InstalledPackage {
  const dist = join(root, 'dist');
  run(process.execPath, ['bin/build-package.ts'], root);
  const [packed] = JSON.parse(run('npm', ['pack', dist, '--json', '--pack-destination', folder], folder));
  const offline = ['--offline', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', ['install', ...offline, '--prefix', folder, join(folder, packed.filename)], folder);
  for (const name of ['aws-cdk', 'aws-cdk-lib', 'constructs'])
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  return { dist, command: join(folder, 'node_modules/.bin/news-alerts'), ...packed };
}
