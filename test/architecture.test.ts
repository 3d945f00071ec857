import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { STAGES } from '../functions/shared/pipeline.ts';

const root = join(import.meta.dirname, '..');

interface Source {
  readonly file: string;
  /** Repository paths of relative imports, and names of packages. */
  readonly imports: readonly string[];
}

const sources: readonly Source[] = ['bin', 'lib', 'functions', 'local', 'bench'].flatMap((folder) =>
  listing(folder).map((file) => ({ file, imports: importsOf(file) })),
);

function listing(folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /(?<!\.d)\.ts$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  } catch {
    return [];
  }
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

/** Files below a folder that import something forbidden to them. */
function breaches(of: (file: string) => boolean, forbidden: (imported: string) => boolean): string[] {
  return sources
    .filter(({ file }) => of(file))
    .flatMap(({ file, imports }) => imports.filter(forbidden).map((imported) => `${file} -> ${imported}`));
}

const below =
  (...folders: string[]) =>
  (path: string) =>
    folders.some((folder) => path.startsWith(`${folder}/`));
const named =
  (...files: string[]) =>
  (path: string) =>
    files.includes(path);

describe('imports point one way', () => {
  it('sees the sources and their imports', () => {
    expect(sources.length).toBeGreaterThan(50);
    const handler = sources.find(({ file }) => file === 'functions/poll/handler.ts');
    expect(handler?.imports).toContain('functions/poll/poll.ts');
    expect(handler?.imports).toContain('functions/shared/aws/platform.ts');
  });

  it('the model imports nothing', () => {
    expect(breaches(named('functions/shared/model.ts', 'functions/shared/pipeline.ts'), () => true)).toEqual(
      [],
    );
  });

  it.each(STAGES)('%s imports no other stage', (stage) => {
    const others = STAGES.filter((name) => name !== stage).map((name) => `functions/${name}`);
    expect(breaches(below(`functions/${stage}`), below(...others))).toEqual([]);
  });

  // It brings re2js and the YAML parser along, and queries reach the stages compiled.
  it('stages know nothing of the language of queries', () => {
    const stages = STAGES.map((name) => `functions/${name}`);
    expect(breaches(below(...stages), below('functions/shared/query', 'functions/shared/config'))).toEqual(
      [],
    );
  });

  it('what is shared imports no stage', () => {
    const stages = STAGES.map((name) => `functions/${name}`);
    expect(breaches(below('functions/shared'), below(...stages))).toEqual([]);
  });

  it('functions import neither lib, local nor bin', () => {
    expect(breaches(below('functions'), below('lib', 'local', 'bin'))).toEqual([]);
  });

  it('only handlers and functions/shared/aws know AWS', () => {
    const aws = (imported: string) =>
      imported.startsWith('@aws-') || imported === 'aws-lambda' || below('functions/shared/aws')(imported);
    const mayNot = (file: string) =>
      below('functions')(file) && !below('functions/shared/aws')(file) && !file.endsWith('/handler.ts');
    expect(breaches(mayNot, aws)).toEqual([]);
  });

  it('aws-cdk-lib is imported in lib and bin alone', () => {
    const cdk = (imported: string) => /^(aws-cdk-lib|constructs|cdk-nag)(\/|$)/.test(imported);
    expect(breaches((file) => !below('lib', 'bin')(file), cdk)).toEqual([]);
  });

  it('lib imports names, the configuration and its types of the functions, and nothing of local', () => {
    const allowed = named('functions/shared/model.ts', 'functions/shared/pipeline.ts');
    expect(breaches(below('lib'), (imported) => below('functions')(imported) && !allowed(imported))).toEqual(
      [],
    );
    expect(breaches(below('lib'), below('local'))).toEqual([]);
  });

  it('handlers only translate: at most 50 lines', () => {
    const long = sources
      .filter(({ file }) => file.endsWith('/handler.ts'))
      .filter(({ file }) => readFileSync(join(root, file), 'utf8').split('\n').length > 51);
    expect(long).toEqual([]);
  });
});
