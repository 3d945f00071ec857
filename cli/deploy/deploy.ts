import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { DEFAULT_STACK } from '../deployed/resource-names.ts';

export interface DeployOptions {
  readonly config: string;
  readonly stack: string;
}

/** Packages of the CDK. Only deployments need them, and they are larger than all else together. */
const PEERS = ['aws-cdk', 'aws-cdk-lib', 'constructs'];

/**
 * Runs `deploy`: `cdk deploy` with our app and the file. Returns the exit code of cdk. `args`: options of cdk.
 * @throws NewsAlertsError if the CDK is not installed
 */
export async function deploy({ config, stack }: DeployOptions, args: readonly string[]): Promise<number> {
  const missing = PEERS.filter((name) => packageFolder(name) === undefined);
  if (missing.length > 0) {
    throw new NewsAlertsError(
      `expected the packages of the CDK in this folder, but ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing; run npm install ${missing.join(' ')}`,
    );
  }
  const cdk = join(packageFolder('aws-cdk') ?? '', 'bin/cdk');
  const app = `"${process.execPath}" "${appFile()}"`;
  const named = stack === DEFAULT_STACK ? [] : ['-c', `stackName=${stack}`];
  const own = ['--app', app, '-c', `config=${resolve(config)}`, ...named];
  const child = spawn(process.execPath, [cdk, 'deploy', stack, ...own, ...args], { stdio: 'inherit' });
  // The terminal sends Ctrl-C to cdk too, which ends in its own way.
  process.on('SIGINT', () => undefined);
  return new Promise((done) => child.once('close', (code) => done(code ?? 1)));
}

/** Returns the folder of a package that this folder's programs can load. */
function packageFolder(name: string): string | undefined {
  for (const from of [pathToFileURL(join(process.cwd(), 'x')).href, import.meta.url]) {
    try {
      return dirname(createRequire(from).resolve(`${name}/package.json`));
    } catch {}
  }
  return undefined;
}

/** Returns the CDK app: beside this file in the package, in another folder of the clone. */
function appFile(): string {
  const name = extname(import.meta.filename) === '.js' ? './cdk-app.js' : '../../bin/news-alerts.ts';
  return fileURLToPath(new URL(name, import.meta.url));
}
