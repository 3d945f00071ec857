import { execFileSync } from 'node:child_process';
import { Stage } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
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

describe('bundles', { timeout: 60_000 }, () => {
  const two = bundled(2);

  it('stay as they are when only topics change', () => {
    const three = bundled(3);
    expect(three.config).not.toBe(two.config);
    expect(STAGES.map(three.code)).toEqual(STAGES.map(two.code));
  });

  it('are of each function its own', () => {
    const functions = new ReadableTemplate(two.stack).template.findResources('AWS::Lambda::Function');
    const codes = Object.values(functions).map(({ Properties }) => Properties.Code.S3Key);
    expect(new Set(codes).size).toBe(STAGES.length + 1);
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
