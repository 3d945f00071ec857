import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync, type Metafile } from 'esbuild';
import type { StageName } from '../functions/shared/pipeline.ts';

/** Bundles files as a deployment bundles the functions, each into a folder of its name: to be tested and measured. */
export function bundleAll<Name extends string>(
  entries: Readonly<Record<Name, string>>,
  folder: string,
): Record<Name, Bundle> {
  const bundles = Object.entries<string>(entries).map(([name, entry]) => [
    name,
    bundleInto(join(folder, name), entry),
  ]);
  return Object.fromEntries(bundles);
}

/** The stages, and what makes the channels at a deployment. */
export type FunctionName = StageName | 'channels';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Returns the code of a function, bundled with esbuild when the stack is synthesised. */
export function functionCode(name: FunctionName): Code {
  const tryBundle = (folder: string) => {
    bundleInto(folder, functionEntry(name));
    return true;
  };
  return Code.fromAsset(root, {
    // The function changes with its bundle, not with any file of the folder.
    assetHashType: AssetHashType.OUTPUT,
    // CDK takes bundles of one folder with the same image and command for the same.
    bundling: { image: DockerImage.fromRegistry('unused'), command: [name], local: { tryBundle } },
  });
}

export function functionEntry(name: FunctionName): string {
  return `${root}functions/${name}/handler.ts`;
}

/**
 * What a function needs for few of its events is a file of its own beside the function's, loaded then: a cold start does
 * not read it. Source imports it by this name, which package.json has for one machine.
 */
export const PARTS = {
  '#advertised-feeds': `${root}functions/poll/parser/advertised-feeds.ts`,
  '#declared-entities': `${root}functions/poll/parser/xml/declared-entities.ts`,
  '#detector': `${root}functions/poll/parser/encoding/detector.ts`,
  '#json': `${root}functions/poll/parser/json/json.ts`,
  '#rarely-needed': `${root}functions/poll/rarely-needed.ts`,
  '#parameters': `${root}functions/shared/aws/parameters.ts`,
  '#secret-address': `${root}functions/poll/fetch/secret-address.ts`,
  '#rss-parser-fallback': `${root}functions/poll/parser/rss-parser-fallback.ts`,
  // Required by the names of their files, not imported: reading a date and matching wait for nothing.
  '#other-dates': `${root}functions/poll/parser/dates/other-dates.ts`,
  '#lenient-json': `${root}functions/poll/parser/json/lenient-json.ts`,
  '#stemmers': `${root}functions/match/inflection/stemmers.ts`,
  '#re2': `${root}functions/match/re2.ts`,
};
type PartName = keyof typeof PARTS;

/** The parts that the function of a file may ask for. */
export function partsOf(entry: string): readonly PartName[] {
  if (entry === functionEntry('poll')) {
    return [
      '#advertised-feeds',
      '#declared-entities',
      '#detector',
      '#json',
      '#rarely-needed',
      '#parameters',
      '#rss-parser-fallback',
      '#secret-address',
      '#other-dates',
      '#lenient-json',
    ];
  }
  return entry === functionEntry('match') ? ['#stemmers', '#re2'] : [];
}

export function partFile(name: string): string {
  return `./${name.slice(1)}.mjs`;
}

/**
 * Packages that bundles have something smaller for, or nothing, where they have no use on Lambda.
 * test/end-to-end/bundles.test.ts fails when one of them comes in all the same. From the root: esbuild does not find a path
 * with a * in it.
 */
export const REPLACEMENTS = {
  // All of it but the environment is for other places than Lambda: 100 KB of STS, SSO and sign-in portals.
  '@aws-sdk/credential-provider-node': './lib/bundle/environment-credentials.ts',
  '@aws-sdk/middleware-endpoint-discovery': './lib/bundle/no-endpoint-discovery.ts',
  // Writes XML. xml2js loads it; we only read.
  xmlbuilder: './lib/bundle/empty-module.cjs',
  // rss-parser loads it for the snippets that functions/poll/parser/rss-parser-fallback.ts turns off …
  entities: './lib/bundle/empty-module.cjs',
  // … and htmlparser2 and we for what is decoded. The longer name counts.
  'entities/decode': 'entities/decode',
  // Without what counts other kinds of messages.
  'sms-segments-calculator': 'sms-segments-calculator/dist/libs/SegmentedMessage.js',
  // sms-segments-calculator loads it.
  'grapheme-splitter': './lib/bundle/grapheme-splitter.ts',
};

/** The SDK loads this once a service answers with a stream of events. None of ours does. */
export const NEVER_LOADED = '@smithy/core/event-streams';

// ESM has no `require`, which CommonJS dependencies such as rss-parser call at run time.
const BANNER =
  "import{createRequire as bundleRequire}from'node:module';const require=bundleRequire(import.meta.url);";

// By esbuild's own API, and from the root: a command line would part names of folders at =, $ or a quote.
const OPTIONS = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  banner: { js: BANNER },
  alias: REPLACEMENTS,
  // Functions lose their names in stack traces: to keep them takes 20 KB, and source maps are read at every cold start.
  minify: true,
  logLevel: 'warning',
} satisfies BuildOptions;

/** A file that esbuild has made, and what it says of it. */
export interface BundledFile {
  readonly file: string;
  readonly metafile: Metafile;
}

/** The one file that Lambda loads. */
export interface Bundle extends BundledFile {
  /** By name, what lies beside it and is loaded only when it is needed. */
  readonly parts: Readonly<Record<string, BundledFile>>;
}

/** Bundles a file, and the parts that it may ask for, into a folder. */
export function bundleInto(folder: string, entry: string): Bundle {
  const parts = Object.keys(PARTS);
  const main = buildFile(entry, join(folder, 'index.mjs'), {
    // With the SDK: a smaller cold start than the runtime's own copy, and emulators have none.
    external: [NEVER_LOADED, ...parts.map(partFile)],
    alias: { ...REPLACEMENTS, ...Object.fromEntries(parts.map((name) => [name, partFile(name)])) },
  });
  const beside = partsOf(entry).map((name) => [name, buildFile(PARTS[name], join(folder, partFile(name)))]);
  return { ...main, parts: Object.fromEntries(beside) };
}

function buildFile(entry: string, outfile: string, options: BuildOptions = {}): BundledFile {
  const { metafile } = buildSync({
    ...OPTIONS,
    ...options,
    // As above.
    entryPoints: [relative(root, entry)],
    outfile,
    metafile: true,
  });
  return { file: outfile, metafile };
}
