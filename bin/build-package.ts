// npm run build: writes the package to dist/, ready for `npm pack ./dist`. It has everything that runs on one machine, bundled
// to JavaScript, and depends on nothing.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import packageJson from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** Files that programs load by name: the command, a thread, and what is loaded with `require`. */
const ENTRIES = {
  cli: 'bin/cli.ts',
  'embedded-servers-worker': 'local/embedded-servers-worker.ts',
  'lenient-json': 'functions/poll/parser/json/lenient-json.ts',
  'other-dates': 'functions/poll/parser/dates/other-dates.ts',
  'public-suffixes': 'functions/notify/story/public-suffixes.ts',
  re2: 'functions/match/re2.ts',
  're2-pattern': 'functions/shared/text/re2-pattern.ts',
  stemmers: 'functions/match/inflection/stemmers.ts',
};

const FILES = {
  'page.css': 'local/web/page.css',
  'live.js': 'local/web/live.js',
  'news-alerts.schema.json': 'news-alerts.schema.json',
  'README.md': 'README.md',
  'CHANGELOG.md': 'CHANGELOG.md',
  LICENSE: 'LICENSE',
  'docs/configuration.md': 'docs/configuration.md',
  'docs/query-language.md': 'docs/query-language.md',
  'docs/cli.md': 'docs/cli.md',
  'docs/email.md': 'docs/email.md',
};

/** The first with zstd, synchronous `require` of ES modules, and node:sqlite without a flag. */
const NODE = '>=22.15';

/** The package has no npm scripts, so messages name its own command. */
const OWN_COMMAND: Plugin = {
  name: 'own-command',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\](?:bin|cli|config|functions|lib|local)[/\\].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(/npm start(?: --(?= ))?/g, 'npx news-alerts start'),
      loader: 'ts',
    }));
  },
};

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, 'docs'), { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ENTRIES,
  outdir: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  // Names stay, for stack traces.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'eof',
  // Only reads the tables of release 0.1.0, which had no package.
  external: ['classic-level'],
  // CommonJS dependencies call `require`, which ES modules do not have.
  banner: {
    js: "import{createRequire as bundleRequire}from'node:module';const require=bundleRequire(import.meta.url);",
  },
  plugins: [OWN_COMMAND],
  logLevel: 'warning',
});
for (const [name, source] of Object.entries(FILES)) copyFileSync(join(root, source), join(dist, name));
const { name, version, description, license } = packageJson;
writeFileSync(
  join(dist, 'package.json'),
  `${JSON.stringify(
    {
      name,
      version,
      description,
      license,
      type: 'module',
      engines: { node: NODE },
      bin: { 'news-alerts': 'cli.js' },
      imports: { '#re2-pattern': './re2-pattern.js' },
    },
    undefined,
    2,
  )}\n`,
);
