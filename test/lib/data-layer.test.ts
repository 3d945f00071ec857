import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Stack } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { DataLayer } from '../../lib/data-layer.ts';
import { disposableApp } from './disposable-app.ts';

function layer(content: unknown) {
  const app = disposableApp();
  const stack = new Stack(app, 'Stack');
  const files = { 'index.json': JSON.stringify(content), 'topics.bin': new Uint8Array([1, 2]) };
  const data = new DataLayer(stack, 'Layer', { name: 'sample', files, description: 'sample' });
  const { directory } = app.synth();
  const assets = JSON.parse(readFileSync(`${directory}/Stack.assets.json`, 'utf8')).files as Record<
    string,
    object
  >;
  const [hash = ''] = Object.keys(assets).filter((id) => !JSON.stringify(assets[id]).includes('template'));
  return { data, hash, folder: `${directory}/asset.${hash}` };
}

it('is in nodejs/node_modules, where Node finds packages on Lambda', () => {
  const { data, folder } = layer({ topics: ['storms'] });
  const fromTheCode = createRequire(`${folder}/nodejs/index.mjs`);
  expect(fromTheCode(data.file('index.json'))).toEqual({ topics: ['storms'] });
  expect([...readFileSync(fromTheCode.resolve(data.file('topics.bin')))]).toEqual([1, 2]);
});

it('changes with its content, and only then', () => {
  const { hash } = layer({ a: 1 });
  expect(layer({ a: 1 }).hash).toBe(hash);
  expect(layer({ a: 2 }).hash).not.toBe(hash);
});
