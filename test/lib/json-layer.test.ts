import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Stack } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { JsonLayer } from '../../lib/json-layer.ts';
import { disposableApp } from './disposable-app.ts';

function layer(content: unknown) {
  const app = disposableApp();
  const stack = new Stack(app, 'Stack');
  const { file } = new JsonLayer(stack, 'Layer', { name: 'sample', content, description: 'sample' });
  const { directory } = app.synth();
  const assets = JSON.parse(readFileSync(`${directory}/Stack.assets.json`, 'utf8')).files as Record<
    string,
    object
  >;
  const [hash = ''] = Object.keys(assets).filter((id) => !JSON.stringify(assets[id]).includes('template'));
  return { file, hash, folder: `${directory}/asset.${hash}` };
}

it('lies where Node looks for packages: on Lambda, in the layer’s nodejs/node_modules', () => {
  const { file, folder } = layer({ topics: ['storms'] });
  const fromTheCode = createRequire(`${folder}/nodejs/index.mjs`);
  expect(fromTheCode(file)).toEqual({ topics: ['storms'] });
});

it('changes with its content, and only then', () => {
  const { hash } = layer({ a: 1 });
  expect(layer({ a: 1 }).hash).toBe(hash);
  expect(layer({ a: 2 }).hash).not.toBe(hash);
});
