import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'news-alerts-synth-'));
let apps = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An app whose cloud assembly goes when the test file is done: left to itself the CDK keeps each one in /tmp. */
export function disposableApp(context: Record<string, unknown> = {}): App {
  apps += 1;
  return new App({ context, outdir: join(folder, String(apps)) });
}
