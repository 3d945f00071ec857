import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync, type Metafile } from 'esbuild';
import { DELIVERIES, STAGES } from '../functions/shared/pipeline.ts';

/** Bundles files as a deployment does, each into a folder with its name. For tests and measurements. */
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

/** The functions of a deployment, with those that only some deployments have. */
export const FUNCTIONS = [...STAGES, 'push', 'channels', ...DELIVERIES, 'signup'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export const root = fileURLToPath(new URL('..', import.meta.url));

export function functionEntry(name: FunctionName): string {
  return `${root}functions/${name}/handler.ts`;
}

/**
 * Parts of functions that only few events need. Each is a separate file beside the bundle and is loaded on demand, so cold
 * starts do not read it. Source files import a part by its name here; package.json maps this name when nothing is bundled.
 */
const PARTS = {
  '#advertised-feeds': `${root}functions/poll/parser/advertised-feeds.ts`,
  '#count-words': `${root}functions/poll/count-words.ts`,
  '#declared-entities': `${root}functions/poll/parser/xml/declared-entities.ts`,
  '#detector': `${root}functions/poll/parser/encoding/detector.ts`,
  '#json': `${root}functions/poll/parser/json/json.ts`,
  '#news-sitemap': `${root}functions/poll/parser/sitemap/news-sitemap.ts`,
  '#live-page': `${root}functions/poll/parser/live-page/live-page.ts`,
  '#push': `${root}functions/poll/push/rarely-needed.ts`,
  '#rarely-needed': `${root}functions/poll/rarely-needed.ts`,
  '#parameters': `${root}functions/shared/aws/parameters.ts`,
  '#secret-address': `${root}functions/poll/fetch/secret-address.ts`,
  '#topic-feed': `${root}functions/shared/topic-feed.ts`,
  '#rss-parser-fallback': `${root}functions/poll/parser/rss-parser-fallback.ts`,
  // These are loaded by synchronous `require` with their file names, because their callers are synchronous.
  '#other-dates': `${root}functions/poll/parser/dates/other-dates.ts`,
  '#lenient-json': `${root}functions/poll/parser/json/lenient-json.ts`,
  '#stemmers': `${root}functions/match/inflection/stemmers.ts`,
  '#re2': `${root}functions/match/re2.ts`,
  '#public-suffixes': `${root}functions/notify/story/public-suffixes.ts`,
};
type PartName = keyof typeof PARTS;

/** Returns the parts that the function in a file may load. */
function partsOf(entry: string): readonly PartName[] {
  if (entry === functionEntry('poll')) {
    return [
      '#advertised-feeds',
      '#count-words',
      '#declared-entities',
      '#detector',
      '#json',
      '#news-sitemap',
      '#live-page',
      '#push',
      '#rarely-needed',
      '#parameters',
      '#rss-parser-fallback',
      '#secret-address',
      '#other-dates',
      '#lenient-json',
    ];
  }
  if (entry === functionEntry('chat')) return ['#parameters'];
  if (entry === functionEntry('signup')) return ['#topic-feed'];
  if (entry === functionEntry('match')) return ['#stemmers', '#re2'];
  return entry === functionEntry('notify') ? ['#public-suffixes'] : [];
}

export function partFile(name: string): string {
  return `./${name.slice(1)}.mjs`;
}

/**
 * Packages that bundles replace with something smaller, or with nothing if Lambda does not need them.
 * test/end-to-end/bundles.test.ts fails if one of them is in a bundle all the same. Paths are relative to the root,
 * because esbuild does not find a path with a * in it.
 */
export const REPLACEMENTS = {
  // Lambda only needs credentials from the environment; the others are 100 KB of STS, SSO and sign-in portals.
  '@aws-sdk/credential-provider-node': './lib/bundle/environment-credentials.ts',
  '@aws-sdk/middleware-endpoint-discovery': './lib/bundle/no-endpoint-discovery.ts',
  '@smithy/core/checksum': './lib/bundle/native-checksums.ts',
  // xml2js loads this to write XML, but we only read.
  xmlbuilder: './lib/bundle/empty-module.cjs',
  // rss-parser loads this for snippets, which functions/poll/parser/rss-parser-fallback.ts turns off.
  entities: './lib/bundle/empty-module.cjs',
  // htmlparser2 and our parser need some of this part of the package. The longer name takes precedence.
  'entities/decode': './lib/bundle/entity-decoding.ts',
  // Only the part that counts SMS.
  'sms-segments-calculator': 'sms-segments-calculator/dist/libs/SegmentedMessage.js',
  // sms-segments-calculator loads this.
  'grapheme-splitter': './lib/bundle/grapheme-splitter.ts',
};

/** The SDK loads this when a service answers with an event stream. The services that we use never answer with one. */
export const NEVER_LOADED = '@smithy/core/event-streams';

// CommonJS dependencies such as rss-parser call `require` at run time, which ES modules do not have.
const BANNER =
  "import{createRequire as bundleRequire}from'node:module';const require=bundleRequire(import.meta.url);";

// Uses esbuild's API from the root, because a command line would misread folder names with =, $ or a quote.
const OPTIONS = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  banner: { js: BANNER },
  alias: REPLACEMENTS,
  // Stack traces lose the names of functions. Keeping them takes 20 KB, and source maps are read at every cold start.
  minify: true,
  // Otherwise, each letter beyond ASCII would become an escape of four or six bytes.
  charset: 'utf8',
  logLevel: 'warning',
} satisfies BuildOptions;

/** An output file of esbuild and its metadata. */
interface BundledFile {
  readonly file: string;
  readonly metafile: Metafile;
}

/** The file that Lambda loads, and its parts. */
export interface Bundle extends BundledFile {
  /** The files beside it that are loaded on demand, by name. */
  readonly parts: Readonly<Record<string, BundledFile>>;
}

/** Bundles a file and the parts that it may load into a folder. */
export function bundleInto(folder: string, entry: string): Bundle {
  const parts = Object.keys(PARTS);
  const main = buildFile(entry, join(folder, 'index.mjs'), {
    // The SDK is bundled: cold starts are faster than with the runtime's own copy, which emulators do not have.
    external: [NEVER_LOADED, ...parts.map(partFile)],
    alias: { ...REPLACEMENTS, ...Object.fromEntries(parts.map((name) => [name, partFile(name)])) },
  });
  const builtParts = partsOf(entry).map((name) => [
    name,
    buildFile(PARTS[name], join(folder, partFile(name)), { external: [NEVER_LOADED] }),
  ]);
  return { ...main, parts: Object.fromEntries(builtParts) };
}

function buildFile(entry: string, outfile: string, options: BuildOptions = {}): BundledFile {
  const { metafile } = buildSync({
    ...OPTIONS,
    ...options,
    // Relative to the root, since esbuild does not find a path with a * in it.
    entryPoints: [relative(root, entry)],
    outfile,
    metafile: true,
  });
  return { file: outfile, metafile };
}
