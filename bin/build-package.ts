// npm run build: writes the package to dist/, ready for `npm pack ./dist`. It has everything that runs on one machine, bundled
// to JavaScript, and depends on nothing.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { bundleAll, FUNCTIONS, functionEntry } from '../lib/stage-bundling.ts';
import packageJson from '../package.json' with { type: 'json' };
import { OLDEST_NODE } from './oldest-node.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** Files that programs load by name: the command, a thread, and what is loaded with `require`. */
const ENTRIES = {
  cli: 'bin/cli.ts',
  cdk: 'lib/cdk.ts',
  'cdk-app': 'bin/news-alerts.ts',
  'embedded-servers-worker': 'local/embedded-servers-worker.ts',
  'lenient-json': 'functions/poll/parser/json/lenient-json.ts',
  'other-dates': 'functions/poll/parser/dates/other-dates.ts',
  'public-suffixes': 'functions/notify/story/public-suffixes.ts',
  re2: 'functions/match/re2.ts',
  're2-pattern': 'functions/shared/text/re2-pattern.ts',
  stemmers: 'functions/match/inflection/stemmers.ts',
};

const FILES = {
  'page.css': 'web/assets/page.css',
  'live.js': 'web/assets/live.js',
  'idiomorph.js': 'node_modules/idiomorph/dist/idiomorph.min.js',
  'news-alerts.schema.json': 'news-alerts.schema.json',
  'README.md': 'README.md',
  'CHANGELOG.md': 'CHANGELOG.md',
  LICENSE: 'LICENSE',
  'docs/guide.md': 'docs/guide.md',
  'docs/recipes.md': 'docs/recipes.md',
  'docs/configuration.md': 'docs/configuration.md',
  'docs/query-language.md': 'docs/query-language.md',
  'docs/cli.md': 'docs/cli.md',
  'docs/email.md': 'docs/email.md',
  'docs/alerts.md': 'docs/alerts.md',
  'docs/page.md': 'docs/page.md',
  'docs/deployment.md': 'docs/deployment.md',
  'docs/operations.md': 'docs/operations.md',
  'docs/sign-up.md': 'docs/sign-up.md',
  'docs/sms.md': 'docs/sms.md',
  'docs/chat.md': 'docs/chat.md',
  'docs/cost.md': 'docs/cost.md',
  'packaging/news-alerts.service': 'packaging/news-alerts.service',
  'packaging/Dockerfile': 'packaging/Dockerfile',
};

/** For deployments alone. */
const PEERS = ['aws-cdk', 'aws-cdk-lib', 'constructs'] as const;

/** The package has no npm scripts, so messages name its own command. */
const OWN_COMMAND: Plugin = {
  name: 'own-command',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\](?:bin|cli|config|functions|lib|local|web)[/\\].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(/npm start(?: --(?= ))?/g, 'npx news-alerts start'),
      loader: 'ts',
    }));
  },
};

/** The functions are bundled here, not at each synthesis. */
const PREBUILT: Plugin = {
  name: 'prebuilt',
  setup({ onResolve }) {
    onResolve({ filter: /\/function-code\.ts$/ }, () => ({
      path: join(root, 'lib/bundle/prebuilt-code.ts'),
    }));
  },
};

rmSync(dist, { recursive: true, force: true });
for (const name of ['docs', 'packaging']) mkdirSync(join(dist, name), { recursive: true });
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
  // For deployments, the user installs the CDK. classic-level only reads the tables of release 0.1.0, which had no package.
  external: ['classic-level', 'aws-cdk-lib', 'constructs'],
  // CommonJS dependencies call `require`, which ES modules do not have.
  banner: {
    js: "import{createRequire as bundleRequire}from'node:module';const require=bundleRequire(import.meta.url);",
  },
  plugins: [OWN_COMMAND, PREBUILT],
  logLevel: 'warning',
});
bundleAll(Object.fromEntries(FUNCTIONS.map((name) => [name, functionEntry(name)])), join(dist, 'functions'));
for (const [name, source] of Object.entries(FILES)) copyFileSync(join(root, source), join(dist, name));
// Types of the construct. The compiler writes those of everything that it imports.
const compiled = spawnSync(
  'tsc',
  [
    '--noEmit',
    'false',
    '--declaration',
    '--emitDeclarationOnly',
    '--rootDir',
    root,
    '--outDir',
    join(dist, 'types'),
    '--project',
    join(root, 'tsconfig.package.json'),
  ],
  { cwd: root, stdio: 'inherit' },
);
if (compiled.status !== 0) process.exit(1);
const types = readdirSync(join(dist, 'types'), { recursive: true, encoding: 'utf8' });
for (const name of types.filter((name) => name.endsWith('.d.ts'))) {
  const file = join(dist, 'types', name);
  // Declarations name the sources, which are not in the package.
  writeFileSync(file, readFileSync(file, 'utf8').replace(/(?<=['"]\.[^'"\n]*)\.ts(?=['"])/g, '.js'));
}
const { name, version, description, license, devDependencies } = packageJson;
writeFileSync(
  join(dist, 'package.json'),
  `${JSON.stringify(
    {
      name,
      version,
      description,
      license,
      type: 'module',
      engines: { node: `>=${OLDEST_NODE.join('.')}` },
      bin: { 'news-alerts': 'cli.js' },
      exports: {
        './cdk': { types: './types/lib/cdk.d.ts', default: './cdk.js' },
        './package.json': './package.json',
      },
      peerDependencies: Object.fromEntries(PEERS.map((name) => [name, devDependencies[name]])),
      peerDependenciesMeta: Object.fromEntries(PEERS.map((name) => [name, { optional: true }])),
      imports: { '#re2-pattern': './re2-pattern.js' },
    },
    undefined,
    2,
  )}\n`,
);
