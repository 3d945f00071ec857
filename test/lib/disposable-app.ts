import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'news-alerts-synth-'));
let apps = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Returns an app whose cloud assembly is deleted when the test file is done: left to itself the CDK keeps each one in /tmp.
 * `validated`: synthesis checks CloudFormation's rules, too, which takes seconds.
 */
export function disposableApp(context: Record<string, unknown> = {}, validated = false): App {
  apps += 1;
  return new App({ context, outdir: join(folder, String(apps)), builtinCloudFormationValidation: validated });
}
