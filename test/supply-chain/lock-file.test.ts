import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lockedPackages } from './lock-file.ts';

const { allowScripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  allowScripts: Record<string, boolean>;
};
const all = lockedPackages();
const runtime = all.filter(({ dev }) => !dev);

/** Licences whose terms let the whole be given on under the MIT licence. */
const COMPATIBLE = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
]);

describe('package-lock.json', () => {
  it('has install scripts only where package.json allows them, and package.json allows no others', () => {
    const withScripts = all.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);
    expect([...new Set(withScripts)].toSorted()).toEqual(Object.keys(allowScripts).toSorted());
  });

  it('allows an install script to one package at run time, which compiles nothing where its binary fits', () => {
    const withScripts = runtime.filter(({ hasInstallScript }) => hasInstallScript);
    expect(withScripts.map(({ name }) => name)).toEqual(['classic-level']);
  });

  it('names a hash for every package, and no address: none comes from elsewhere than the registry in use', () => {
    for (const { name, integrity, resolved, inBundle } of all) {
      if (!inBundle) expect(integrity, name).toMatch(/^sha512-/);
      expect(resolved, name).toBeUndefined();
    }
  });

  it('holds nothing at run time whose licence does not fit MIT', () => {
    const unfit = runtime.filter(({ license }) => license === undefined || !COMPATIBLE.has(license));
    expect(unfit.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
  });
});
