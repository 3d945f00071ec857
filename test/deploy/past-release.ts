import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes a cloud assembly of the template of a past release, which `cdk deploy --app FOLDER` deploys: its functions do
 * nothing. `current`: an assembly of the stack as it is now, for all but the template and the assets.
 */
export function pastReleaseAssembly(
  templateFile: string,
  current: string,
  folder: string,
  stackName: string,
): void {
  mkdirSync(join(folder, 'nothing'), { recursive: true });
  writeFileSync(join(folder, 'nothing', 'index.mjs'), 'export const handler = async () => undefined;\n');
  for (const name of ['cdk.out', `${stackName}.metadata.json`])
    cpSync(join(current, name), join(folder, name));
  const template = readFileSync(templateFile, 'utf8');
  writeFileSync(join(folder, `${stackName}.template.json`), template);

  const manifest = JSON.parse(readFileSync(join(current, `${stackName}.assets.json`), 'utf8'));
  const entries = Object.entries<Asset>(manifest.files);
  const own = entries.filter(([, { source }]) => source.path.endsWith('.template.json'));
  const [, sample] = entries.find(([, { source }]) => source.packaging === 'zip') ?? [];
  if (!sample) throw new Error('expected an asset of a function, got none');
  const hashes = new Set([...template.matchAll(/"([0-9a-f]{64})\.zip"/g)].map(([, hash]) => hash ?? ''));
  const code = [...hashes].map((hash) => [hash, codeAsset(sample, hash)] as const);
  manifest.files = Object.fromEntries([...own, ...code]);
  // Under its own name: what is in the bucket already is not uploaded again.
  const renamed = (text: string) => own.reduce((all, [hash]) => all.replaceAll(hash, 'f'.repeat(64)), text);
  writeFileSync(join(folder, `${stackName}.assets.json`), renamed(JSON.stringify(manifest)));
  const assembly = readFileSync(join(current, 'manifest.json'), 'utf8');
  writeFileSync(join(folder, 'manifest.json'), renamed(assembly));
}

interface Asset {
  readonly source: { readonly path: string; readonly packaging: string };
  readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
}

function codeAsset({ source, destinations }: Asset, hash: string): Asset {
  return {
    source: { ...source, path: 'nothing' },
    destinations: Object.fromEntries(
      Object.entries(destinations).map(([name, one]) => [name, { ...one, objectKey: `${hash}.zip` }]),
    ),
  };
}
