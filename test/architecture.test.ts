import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DELIVERIES, STAGES } from '../functions/shared/pipeline.ts';

const root = join(import.meta.dirname, '..');

/** Every folder of sources, lowest floor first. A file imports from its own floor and from those below. */
const FLOORS = [
  ['functions/shared'],
  [...STAGES, 'push', 'channels', ...DELIVERIES, 'signup'].map((stage) => `functions/${stage}`),
  ['config'],
  ['lib', 'local'],
  ['cli', 'web'],
  ['bin', 'bench'],
];
const STAGE_FOLDERS = FLOORS[1] ?? [];

interface Source {
  readonly file: string;
  /** Repository paths of relative imports, and names of packages; type imports too. */
  readonly imports: readonly string[];
}

const sources: readonly Source[] = [
  'functions',
  'config',
  'lib',
  'local',
  'cli',
  'web',
  'bin',
  'bench',
].flatMap((folder) => listing(folder).map((file) => ({ file, imports: importsOf(file) })));

function listing(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.d)\.ts$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = [
    ...text.matchAll(
      /(?:^|\s)(?:import|export)\s[^;'"]*?from\s*'([^']+)'|import\(\s*'([^']+)'|^import\s*'([^']+)'/gm,
    ),
  ];
  return found
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
    .map((name) => (name.startsWith('.') ? relative(root, join(root, dirname(file), name)) : name));
}

/** Returns each import of a forbidden file or package, as `file -> imported`. Throws if no file is checked. */
function breaches(checked: (file: string) => boolean, forbidden: (imported: string) => boolean): string[] {
  const files = sources.filter(({ file }) => checked(file));
  if (files.length === 0) throw new Error('expected files to check, got none: has a folder been renamed?');
  return files.flatMap(({ file, imports }) =>
    imports.filter(forbidden).map((imported) => `${file} -> ${imported}`),
  );
}

/** Throws if a folder is missing, so that a rule never holds because its folder was renamed. */
function below(...folders: string[]) {
  for (const folder of folders)
    if (!existsSync(join(root, folder))) throw new Error(`expected the folder ${folder}, got none`);
  return (path: string) => folders.some((folder) => path.startsWith(`${folder}/`));
}

function named(...files: string[]) {
  for (const file of files)
    if (!existsSync(join(root, file))) throw new Error(`expected the file ${file}, got none`);
  return (path: string) => files.includes(path);
}

/** Returns the first circle of imports, as the files on it, or undefined. */
function circle(): readonly string[] | undefined {
  const importsByFile = new Map(sources.map(({ file, imports }) => [file, imports]));
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] | undefined => {
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    if (done.has(file)) return undefined;
    done.add(file);
    for (const imported of importsByFile.get(file) ?? []) {
      const found = visit(imported, [...path, file]);
      if (found) return found;
    }
    return undefined;
  };
  return sources.map(({ file }) => visit(file, [])).find((found) => found !== undefined);
}

describe('imports point one way', () => {
  it('sees the sources and their imports', () => {
    expect(sources.length).toBeGreaterThan(50);
    const handler = sources.find(({ file }) => file === 'functions/poll/handler.ts');
    expect(handler?.imports).toContain('functions/poll/poll.ts');
    expect(handler?.imports).toContain('functions/shared/aws/platform.ts');
  });

  it('there is no circle of imports', () => {
    expect(circle()).toBeUndefined();
  });

  it('every folder of sources has a floor', () => {
    const known = below(...FLOORS.flat());
    expect(sources.map(({ file }) => file).filter((file) => !known(file))).toEqual([]);
  });

  it.each(FLOORS.map((folders, floor) => [folders.join(', '), floor] as const))(
    '%s: imports nothing from a higher floor',
    (_, floor) => {
      const higher = FLOORS.slice(floor + 1).flat();
      expect(breaches(below(...(FLOORS[floor] ?? [])), below(...higher))).toEqual([]);
    },
  );

  it('the model imports nothing', () => {
    expect(breaches(named('functions/shared/model.ts', 'functions/shared/pipeline.ts'), () => true)).toEqual(
      [],
    );
  });

  it.each(STAGE_FOLDERS)('%s imports no other stage', (stage) => {
    expect(breaches(below(stage), below(...STAGE_FOLDERS.filter((other) => other !== stage)))).toEqual([]);
  });

  it('lib and local do not import each other', () => {
    expect(breaches(below('lib'), below('local'))).toEqual([]);
    expect(breaches(below('local'), below('lib'))).toEqual([]);
  });

  it('only handlers and functions/shared/aws import the AWS SDK', () => {
    const aws = (imported: string) =>
      imported.startsWith('@aws-') || imported === 'aws-lambda' || below('functions/shared/aws')(imported);
    const mayNot = (file: string) =>
      below('functions')(file) && !below('functions/shared/aws')(file) && !file.endsWith('/handler.ts');
    expect(breaches(mayNot, aws)).toEqual([]);
  });

  it('only lib and bin import aws-cdk-lib', () => {
    const cdk = (imported: string) => /^(aws-cdk-lib|constructs|cdk-nag)(\/|$)/.test(imported);
    expect(breaches((file) => !below('lib', 'bin')(file), cdk)).toEqual([]);
  });

  it('lib imports only the model, the events, the names of the pipeline and the form of topics from functions', () => {
    const allowed = named(
      'functions/shared/model.ts',
      'functions/shared/events.ts',
      'functions/shared/pipeline.ts',
      'functions/match/topics-file.ts',
    );
    expect(breaches(below('lib'), (imported) => below('functions')(imported) && !allowed(imported))).toEqual(
      [],
    );
  });

  it('handlers have at most 50 lines', () => {
    const long = sources
      .filter(({ file }) => file.endsWith('/handler.ts'))
      .filter(({ file }) => readFileSync(join(root, file), 'utf8').split('\n').length > 51);
    expect(long).toEqual([]);
  });
});
