import { fileURLToPath } from 'node:url';
import { type BundlingOptions, LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { StageName } from '../functions/shared/pipeline.ts';

/** The stages, and what makes the channels at a deployment. */
export type FunctionName = StageName | 'channels';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where the functions' code comes from, and how esbuild makes one file of it. */
export function functionCode(name: FunctionName) {
  return codeOf(`${root}functions/${name}/handler.ts`);
}

/** As of the functions, of any other file. */
export function codeOf(entry: string) {
  return {
    entry,
    projectRoot: root,
    depsLockFilePath: `${root}package-lock.json`,
    bundling: BUNDLING,
  };
}

/**
 * Packages that bundles have something smaller for, or nothing, where they have no use on Lambda.
 * test/end-to-end/bundles.test.ts fails when one of them comes in all the same.
 */
export const REPLACED = {
  // All of it but the environment is for other places than Lambda: 100 KB of STS, SSO and sign-in portals.
  '@aws-sdk/credential-provider-node': `${root}functions/shared/bundle/environment-credentials.ts`,
  '@aws-sdk/middleware-endpoint-discovery': `${root}functions/shared/bundle/no-endpoint-discovery.ts`,
  // Writes XML. xml2js loads it; we only read.
  xmlbuilder: `${root}functions/shared/bundle/nothing.cjs`,
  // rss-parser loads it for the snippets that functions/poll/parse.ts turns off …
  entities: `${root}functions/shared/bundle/nothing.cjs`,
  // … and htmlparser2 for what it decodes. The longer name counts.
  'entities/decode': 'entities/decode',
};

/** The SDK loads this once a service answers with a stream of events. None of ours does. */
export const NEVER_LOADED = '@smithy/core/event-streams';

const BUNDLING: BundlingOptions = {
  format: OutputFormat.ESM,
  mainFields: ['module', 'main'],
  // ESM has no `require`, which CommonJS dependencies such as rss-parser call at run time.
  banner:
    "import{createRequire as bundleRequire}from'node:module';const require=bundleRequire(import.meta.url);",
  // With the SDK: a smaller cold start than the runtime's own copy, and emulators have none.
  externalModules: [NEVER_LOADED],
  esbuildArgs: { '--alias': Object.entries(REPLACED).map((names) => names.join('=')) },
  // Functions lose their names in stack traces: to keep them takes 20 KB, and source maps are read at every cold start.
  minify: true,
  logLevel: LogLevel.WARNING,
};
