import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { lockedPackages } from './lock-file.ts';

interface Component {
  readonly name: string;
  readonly group?: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes?: readonly { readonly alg: string }[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

const DEVELOPMENT = 'cdx:npm:package:development';

// npm's `--omit dev` also omits run-time packages that a development tool needs as well, such as nodemailer.
it('npm run sbom lists every package with version, address and hash, and marks development packages', () => {
  const root = new URL('../..', import.meta.url);
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 1e8 } as const;
  const printed = execFileSync('npm', ['run', '--silent', 'sbom'], options);
  const { bomFormat, components } = JSON.parse(printed) as {
    bomFormat: string;
    components: readonly Component[];
  };
  expect(bomFormat).toBe('CycloneDX');
  const named = new Map(
    components.map((component) => [
      `${component.group ? `${component.group}/` : ''}${component.name}@${component.version}`,
      component,
    ]),
  );
  const all = lockedPackages();
  // npm lists each version once, from where it is found first. Inside a development tool, it has no hash.
  const bundled = new Set(
    all.filter(({ inBundle }) => inBundle).map(({ name, version }) => `${name}@${version}`),
  );
  for (const { name, version, dev } of all) {
    // Builds of a compiler for other systems, which are never run.
    if (dev || name.startsWith('@typescript/')) continue;
    const found = named.get(`${name}@${version}`);
    expect(found?.purl, name).toMatch(/^pkg:npm\//);
    if (bundled.has(`${name}@${version}`)) continue;
    expect(
      found?.hashes?.map(({ alg }) => alg),
      name,
    ).toEqual(['SHA-512']);
    expect(found?.properties?.map((property) => property.name) ?? [], name).not.toContain(DEVELOPMENT);
  }
  for (const name of ['aws-cdk-lib', 'vitest']) {
    const found = components.find((component) => component.name === name);
    expect(
      found?.properties?.map((property) => property.name),
      name,
    ).toContain(DEVELOPMENT);
  }
});
