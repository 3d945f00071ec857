import { fileURLToPath } from 'node:url';
import { type BundlingOptions, LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { StageName } from '../functions/shared/pipeline.ts';

/** The stages, and what makes the channels at a deployment. */
export type FunctionName = StageName | 'channels';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where the functions' code comes from, and how esbuild makes one file of it. */
export function functionCode(name: FunctionName) {
  return {
    entry: `${root}functions/${name}/handler.ts`,
    projectRoot: root,
    depsLockFilePath: `${root}package-lock.json`,
    bundling: BUNDLING,
  };
}

const BUNDLING: BundlingOptions = {
  format: OutputFormat.ESM,
  mainFields: ['module', 'main'],
  // ESM has no `require`, which CommonJS dependencies such as rss-parser call at run time.
  banner:
    "import{createRequire as bundleRequire}from'node:module';const require=bundleRequire(import.meta.url);",
  // With the SDK: a smaller cold start than the runtime's own copy, and emulators have none.
  externalModules: [],
  minify: true,
  // Instead of source maps, which Node would read at every cold start: names in stack traces stay readable.
  keepNames: true,
  logLevel: LogLevel.WARNING,
};
