import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lockedPackages } from './lock-file.ts';

const { allowScripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  allowScripts: Record<string, boolean>;
};
const all = lockedPackages();
const runtime = all.filter(({ dev }) => !dev);

/** Licences that allow distributing the whole product under the MIT licence. */
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
  it('has exactly the install scripts that package.json allows', () => {
    const withScripts = all.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);
    expect([...new Set(withScripts)].toSorted()).toEqual(Object.keys(allowScripts).toSorted());
  });

  it('has one package at run time with an install script, which uses a binary if there is a suitable one', () => {
    const withScripts = runtime.filter(({ hasInstallScript }) => hasInstallScript);
    expect(withScripts.map(({ name }) => name)).toEqual(['classic-level']);
  });

  it('has a hash for every package and no addresses, so all come from the configured registry', () => {
    for (const { name, integrity, resolved, inBundle } of all) {
      if (!inBundle) expect(integrity, name).toMatch(/^sha512-/);
      expect(resolved, name).toBeUndefined();
    }
  });

  it('has only licences at run time that are compatible with MIT', () => {
    const unfit = runtime.filter(({ license }) => license === undefined || !COMPATIBLE.has(license));
    expect(unfit.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
  });
});
