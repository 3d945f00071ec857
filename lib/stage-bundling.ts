import { fileURLToPath } from 'node:url';
import { type BundlingOptions, LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { StageName } from '../functions/shared/pipeline.ts';

/** The stages, and what makes the channels at a deployment. */
export type FunctionName = StageName | 'channels';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where the functions' code comes from, and how esbuild makes one file of it. */
export function functionCode(name: FunctionName) {
  return codeOf(functionEntry(name));
}

function functionEntry(name: FunctionName): string {
  return `${root}functions/${name}/handler.ts`;
}

/** As of the functions, of any other file. With a metafile, esbuild leaves beside every file what it says of it. */
export function codeOf(entry: string, { metafile = false } = {}) {
  return {
    entry,
    projectRoot: root,
    depsLockFilePath: `${root}package-lock.json`,
    bundling: {
      ...BUNDLING,
      metafile,
      commandHooks: {
        beforeBundling: () => [],
        beforeInstall: () => [],
        afterBundling: (_: string, folder: string) =>
          partsOf(entry).map((name) => bundlingOfPart(name, folder, metafile)),
      },
    },
  };
}

/**
 * What a function needs for few of its events is a file of its own beside the function's, loaded then: a cold start does
 * not read it. Source imports it by this name, which package.json has for one machine.
 */
export const PARTS = {
  '#detector': `${root}functions/poll/reading/detector.ts`,
  '#second-reader': `${root}functions/poll/reading/second-reader.ts`,
  // Required by the names of their files, not imported: reading a date and matching wait for nothing.
  '#other-dates': `${root}functions/poll/reading/other-dates.ts`,
  '#nearly-json': `${root}functions/poll/reading/nearly-json.ts`,
  '#stemmers': `${root}functions/match/inflection/stemmers.ts`,
  '#re2': `${root}functions/match/re2.ts`,
};
type PartName = keyof typeof PARTS;

/** The parts that the function of a file may ask for. */
export function partsOf(entry: string): readonly PartName[] {
  if (entry === functionEntry('poll')) return ['#detector', '#second-reader', '#other-dates', '#nearly-json'];
  return entry === functionEntry('match') ? ['#stemmers', '#re2'] : [];
}

export function partFile(name: string): string {
  return `./${name.slice(1)}.mjs`;
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
  // rss-parser loads it for the snippets that functions/poll/reading/second-reader.ts turns off …
  entities: `${root}functions/shared/bundle/nothing.cjs`,
  // … and htmlparser2 and we for what is decoded. The longer name counts.
  'entities/decode': 'entities/decode',
  // sms-segments-calculator loads it.
  'grapheme-splitter': `${root}functions/shared/bundle/graphemes.ts`,
};

/** The SDK loads this once a service answers with a stream of events. None of ours does. */
export const NEVER_LOADED = '@smithy/core/event-streams';

// ESM has no `require`, which CommonJS dependencies such as rss-parser call at run time.
const BANNER =
  "import{createRequire as bundleRequire}from'node:module';const require=bundleRequire(import.meta.url);";
const MAIN_FIELDS = ['module', 'main'];
const ALIASES = Object.entries(REPLACED).map((names) => names.join('='));

const BUNDLING = {
  format: OutputFormat.ESM,
  mainFields: MAIN_FIELDS,
  banner: BANNER,
  // With the SDK: a smaller cold start than the runtime's own copy, and emulators have none.
  externalModules: [NEVER_LOADED, ...Object.keys(PARTS).map(partFile)],
  esbuildArgs: {
    '--alias': [...ALIASES, ...Object.keys(PARTS).map((name) => `${name}=${partFile(name)}`)],
  },
  // Functions lose their names in stack traces: to keep them takes 20 KB, and source maps are read at every cold start.
  minify: true,
  logLevel: LogLevel.WARNING,
} satisfies BundlingOptions;

/** The command that bundles a part into a function's folder, as the function is. */
function bundlingOfPart(name: PartName, folder: string, metafile: boolean): string {
  const file = `${folder}/${name.slice(1)}`;
  const options = {
    outfile: `${file}.mjs`,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    'main-fields': MAIN_FIELDS.join(),
    'banner:js': BANNER,
    'log-level': 'warning',
    ...(metafile ? { metafile: `${file}.meta.json` } : {}),
  };
  const flags = [
    ...Object.entries(options).map(([option, value]) => `--${option}=${value}`),
    ...ALIASES.map((alias) => `--alias:${alias}`),
  ];
  const words = [`${root}node_modules/esbuild/bin/esbuild`, PARTS[name], '--bundle', '--minify', ...flags];
  return words.map((word) => JSON.stringify(word)).join(' ');
}
