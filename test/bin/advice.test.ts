import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonSchema } from '../../config/schema/schema.ts';
import { runCli } from '../helpers/cli.ts';

const root = join(import.meta.dirname, '../..');
const source = (file: string) => readFileSync(join(root, file), 'utf8');

/** The commands with their options, from the help of the command line. */
const options = new Map<string, ReadonlySet<string>>();

async function readOptions(path: readonly string[]): Promise<void> {
  const { stdout } = await runCli([...path, '--help']);
  const below = [...stdout.matchAll(/^ {2}([a-z]+) (?!.*--help).*/gm)].map(([, name = '']) => name);
  const commands = stdout.includes('\nCommands:') ? below.filter((name) => name !== 'help') : [];
  if (commands.length > 0) for (const name of commands) await readOptions([...path, name]);
  else options.set(path.join(' '), new Set(stdout.match(/--[a-z][a-z-]*/g)));
}

beforeAll(() => readOptions([]), 120_000);

/** Returns the text of a source file without comments, which includes all its messages. */
function withoutComments(file: string): string {
  return source(file).replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*/gm, '');
}

/** Returns a file and everything that it imports, directly or indirectly. */
function withImports(file: string, seen = new Set<string>()): Set<string> {
  // The custom properties of a style sheet look like flags.
  if (file === '' || file.endsWith('/style.ts') || seen.has(file) || !existsSync(join(root, file)))
    return seen;
  seen.add(file);
  for (const [, name = ''] of source(file).matchAll(/(?:from|import\()\s*'(\.[^']+\.ts)'/g)) {
    withImports(relative(root, join(root, dirname(file), name)), seen);
  }
  return seen;
}

/** The files that each command runs, from the `command.ts` files in cli/: what its action imports from its own folder. */
const entries = new Map<string, readonly string[]>();
for (const file of globSync('cli/*/command.ts', { cwd: root })) {
  for (const family of source(file).split(/^export function /m)) {
    // A command without an action of its own contains those that follow.
    let parent = '';
    for (const part of family.split(".command('").slice(1)) {
      const name = part.slice(0, part.indexOf("'"));
      const imported = Array.from(part.matchAll(/await import\('(\.[^']+)'\)/g), ([, path = '']) => path);
      const own = imported.filter((path) => path.startsWith('./'));
      if (imported.length === 0) parent = `${name} `;
      else
        entries.set(
          `${parent}${name}`,
          (own.length > 0 ? own : imported).map((path) => relative(root, join(root, dirname(file), path))),
        );
    }
  }
}

/** Returns everything that a command runs. */
function filesOf(command: string): Set<string> {
  const files = entries.get(command);
  if (files === undefined) throw new Error(`expected a command.ts in cli/ that runs ${command}, got none`);
  const seen = new Set<string>();
  for (const file of files) withImports(file, seen);
  return seen;
}

/** Unknown flags in the sources of a command, and why the command never prints them. */
const NEVER_PRINTED: Readonly<Record<string, readonly string[]>> = {
  // The page shows what doctor says about a feed on this machine, and gives its own advice about prices.
  start: ['--stack', '--sms-price'],
  // The test has no data folder.
  test: ['--data'],
  // Belongs to `alerts list`, in the same file.
  'alerts show': ['--since'],
  // Belongs to the list of stories, which `topics try` alone prints.
  backtest: ['--limit'],
  // A page that changes nothing finds no feeds.
  dashboard: ['--loopback-feeds', '--sms-price'],
  // An option of cdk.
  deploy: ['--app'],
  // Replay uses any free port, its own feeds, and a folder that it has just created.
  replay: ['--port', '--push-port', '--signup-port', '--loopback-feeds', '--data'],
};

/** Commands of other programs, and advice that names another command of ours. */
const OTHER_COMMANDS =
  /\baws (?:sns|sso|sqs)[^`'"]*(?:'[^`]*)?|--(?:no-warnings|bundle|minify|protocol|notification|topic-arn)\S*|\$\{deploy\} --revert-drift|news-alerts [a-z]+[^`'"]*|npm start -- [^`'"]*|start and feeds add [^`'"]*/g;

describe('the advice in messages', () => {
  it('is compared with the real commands', () => {
    expect([...options.keys()]).toEqual(
      expect.arrayContaining(['start', 'check', 'alerts list', 'feeds add', 'doctor', 'redrive', 'replay']),
    );
    expect(options.get('alerts list')).toContain('--data');
  });

  it('names only flags of the command that prints it', () => {
    const unknown = [...options].flatMap(([command, known]) => {
      const allowed = [...known, ...(NEVER_PRINTED[command] ?? [])];
      return [...filesOf(command)]
        .flatMap((file) =>
          Array.from(
            withoutComments(file)
              .replace(OTHER_COMMANDS, '')
              .match(/(?<![\w-])--[a-z][a-z-]+/g) ?? [],
            (flag) => ({ file, flag }),
          ),
        )
        .filter(({ flag }) => !allowed.includes(flag))
        .map(({ file, flag }) => `${command}: ${flag} (${file})`);
    });
    expect(unknown).toEqual([]);
  });

  it('names, like the documents and the README, only existing commands and flags', () => {
    const files = [
      ...new Set([...options.keys()].flatMap((command) => [...filesOf(command)])),
      'bin/news-alerts.ts',
      'README.md',
      'docs/alerts.md',
      'docs/cli.md',
      'docs/comparison.md',
      'docs/configuration.md',
      'docs/cost.md',
      'docs/deployment.md',
      'docs/guide.md',
      'docs/operations.md',
      'docs/email.md',
      'docs/sms.md',
      'docs/query-language.md',
      'docs/recipes.md',
    ].filter((file) => existsSync(join(root, file)));
    const wrong = files.flatMap((file) =>
      [
        ...(file.endsWith('.md') ? source(file) : withoutComments(file)).matchAll(
          /(?:npx news-alerts |npm (?=start -- ))([a-z]+(?: [a-z]+)?)([^\n`'"]*)/g,
        ),
      ].flatMap(([text, words = '', rest = '']) => {
        const command = [words, words.split(' ')[0] ?? ''].find((name) => options.has(name));
        if (command === undefined) return [`${file}: ${text}`];
        const flags = rest.split('#')[0]?.match(/(?<![\w-])--[a-z][a-z-]+/g) ?? [];
        return flags
          .filter((flag) => !options.get(command)?.has(flag))
          .map((flag) => `${file}: ${command} ${flag}`);
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('names only keys that the configuration file has', () => {
    const keys = new Set(JSON.stringify(jsonSchema()).match(/(?<=")[A-Za-z]+(?=":)/g));
    for (const key of [
      'operations',
      'enabled',
      'atMost',
      'smsParts',
      'recipients',
      'followUps',
      'roundUp',
      'timezone',
    ]) {
      expect(keys, key).toContain(key);
    }
  });
});
