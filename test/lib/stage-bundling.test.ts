import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STAGES, type StageName } from '../../functions/shared/pipeline.ts';
import { ReadableTemplate } from './readable-template.ts';
import { sampleStack, sampleTopics } from './sample-stack.ts';

/** The asset of each stage's code, made by esbuild, and of the configuration. */
function bundled(topicCount: number) {
  const stack = sampleStack({ topics: sampleTopics(topicCount), bundle: true });
  const readable = new ReadableTemplate(stack);
  const asset = (code: unknown) => (code as { S3Key: string }).S3Key.replace('.zip', '');
  return {
    stack,
    directory: Stage.of(stack)?.outdir,
    code: (stage: StageName) => asset(readable.properties('AWS::Lambda::Function', stage).Code),
    config: asset(readable.properties('AWS::Lambda::LayerVersion', 'Config').Content),
  };
}

describe('bundles', () => {
  const two = bundled(2);

  it('stay as they are when only topics change', () => {
    const three = bundled(3);
    expect(three.config).not.toBe(two.config);
    expect(STAGES.map(three.code)).toEqual(STAGES.map(two.code));
  });

  it('differ between functions', () => {
    const functions = new ReadableTemplate(two.stack).template.findResources('AWS::Lambda::Function');
    const codes = Object.values(functions).map(({ Properties }) => Properties.Code.S3Key);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.length).toBe(STAGES.length + 2);
  });

  // In a process of its own and far from node_modules, as on Lambda.
  it.each(STAGES)('load on their own and export a handler: %s', (stage) => {
    const file = `${two.directory}/asset.${two.code(stage)}/index.mjs`;
    const script = 'console.log(typeof (await import(process.argv[1])).handler)';
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script, file], {
      encoding: 'utf8',
    });
    expect(printed.trim()).toBe('function');
  });
});

const root = join(import.meta.dirname, '../..');

describe('functions are bundled in a folder named', () => {
  const names = ['work=news', 'a$HOME', 'b `id`', `c'd"e`, 'n\nl', 'st*r', '[x]{y,z}'];
  const parent = mkdtempSync(join(tmpdir(), 'news-alerts-'));
  afterAll(() => rmSync(parent, { recursive: true }));
  let failed: Readonly<Record<string, string>> = {};

  // In one process: most of the time goes into loading the CDK.
  beforeAll(() => {
    for (const name of names) {
      const checkout = join(parent, name);
      mkdirSync(checkout);
      for (const part of ['lib', 'functions', 'package.json', 'tsconfig.json']) {
        cpSync(join(root, part), join(checkout, part), { recursive: true });
      }
      symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
    }
    const script = `
      const { join } = await import('node:path');
      const { pathToFileURL } = await import('node:url');
      const failed = {};
      for (const name of JSON.parse(process.argv[1])) {
        const checkout = join(process.argv[2], name);
        process.chdir(checkout);
        try {
          const { bundleInto, functionEntry } = await import(pathToFileURL(join(checkout, 'lib/stage-bundling.ts')));
          bundleInto('out', functionEntry('match'));
        } catch (error) {
          failed[name] = String(error);
        }
      }
      process.stdout.write(JSON.stringify(failed));
    `;
    const args = ['--input-type=module', '--eval', script, JSON.stringify(names), parent];
    failed = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  }, 120_000);

  it.each(names)('%j', (name) => {
    expect(failed[name]).toBeUndefined();
    expect(existsSync(join(parent, name, 'out', 'index.mjs'))).toBe(true);
    expect(existsSync(join(parent, name, 'out', 're2.mjs'))).toBe(true);
  });
});
