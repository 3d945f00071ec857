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

// npm's own `--omit dev` also leaves out packages of the run time that a development tool happens to need, such as nodemailer.
it('npm run sbom lists every package with version, address and hash, and marks those of development', {
  timeout: 60_000,
}, () => {
  const root = new URL('../..', import.meta.url);
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 1e8 } as const;
  const printed = execFileSync('npm', ['run', '--silent', 'sbom'], options);
  const { bomFormat, components } = JSON.parse(printed) as {
    bomFormat: string;
    components: readonly Component[];
  };
  expect(bomFormat).toBe('CycloneDX');
  const named = new Map(
    components.map((one) => [`${one.group ? `${one.group}/` : ''}${one.name}@${one.version}`, one]),
  );
  const all = lockedPackages();
  // npm lists a version once, as it stands where it was found first: also inside a development tool, where it has no hash.
  const bundled = new Set(
    all.filter(({ inBundle }) => inBundle).map(({ name, version }) => `${name}@${version}`),
  );
  for (const { name, version, dev } of all) {
    // Builds of a compiler for other systems, which nothing runs.
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
    const found = components.find((one) => one.name === name);
    expect(
      found?.properties?.map((property) => property.name),
      name,
    ).toContain(DEVELOPMENT);
  }
});
