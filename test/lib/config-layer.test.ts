import { readdirSync, readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import type { PipelineConfig } from '../../functions/shared/model.ts';
import { ConfigLayer } from '../../lib/config-layer.ts';
import { disposableApp } from './disposable-app.ts';
import { sampleConfig, sampleTopics } from './sample-stack.ts';

function layer(config: PipelineConfig): { files: string[]; content: unknown; hash: string } {
  const app = disposableApp();
  const stack = new Stack(app, 'Stack');
  new ConfigLayer(stack, 'Config', { config });
  const assembly = app.synth();
  const [folder] = readdirSync(assembly.directory).filter((name) => name.startsWith('asset.'));
  if (folder === undefined) throw new Error('expected an asset, got none');
  const directory = `${assembly.directory}/${folder}`;
  return {
    files: readdirSync(directory),
    content: JSON.parse(readFileSync(`${directory}/news-alerts.json`, 'utf8')),
    hash: folder,
  };
}

it('holds the configuration as the one file that the functions are told of', () => {
  const { files, content } = layer(sampleConfig());
  expect(files).toEqual(['news-alerts.json']);
  expect(content).toEqual(sampleConfig());
});

it('changes with the configuration, and only then', () => {
  const { hash } = layer(sampleConfig());
  expect(layer(sampleConfig()).hash).toBe(hash);
  expect(layer(sampleConfig(sampleTopics(3))).hash).not.toBe(hash);
});
