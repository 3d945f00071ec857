import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type CfnResource, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { codeOf, partsOf } from './stage-bundling.ts';

export interface Bundle {
  /** The one file that Lambda loads. */
  readonly file: string;
  /** What esbuild says of it. */
  readonly metafile: Metafile;
  /** By name, what lies beside it and is loaded only when it is needed. */
  readonly parts: Readonly<Record<string, Omit<Bundle, 'parts'>>>;
}

export interface Metafile {
  /** By file: what it imports, as it says itself (`original`) and as it was found. */
  readonly inputs: Readonly<Record<string, { readonly imports: readonly Import[] }>>;
  readonly outputs: Readonly<Record<string, Output>>;
}

interface Import {
  readonly path: string;
  readonly original?: string;
  readonly external?: boolean;
}

interface Output {
  readonly imports: readonly Import[];
  /** What is left of each file. */
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
}

/** Files bundled into a folder, just as a deployment bundles the functions: to be tested and measured. */
export function bundle<Name extends string>(
  entries: Readonly<Record<Name, string>>,
  folder: string,
): Record<Name, Bundle> {
  const app = new App({ outdir: folder, context: { 'aws:cdk:enable-asset-metadata': true } });
  const stack = new Stack(app, 'Bundles');
  const bundles = Object.entries<string>(entries).map(([name, entry]) => {
    const { node } = new NodejsFunction(stack, name, {
      ...codeOf(entry, { metafile: true }),
      runtime: Runtime.NODEJS_24_X,
    });
    const asset: string = (node.defaultChild as CfnResource).getMetadata('aws:asset:path');
    const output = (file: string) => ({
      file: join(folder, asset, `${file}.mjs`),
      metafile: JSON.parse(readFileSync(join(folder, asset, `${file}.meta.json`), 'utf8')) as Metafile,
    });
    const parts = partsOf(entry).map((part) => [part, output(part.slice(1))]);
    return [name, { ...output('index'), parts: Object.fromEntries(parts) }];
  });
  return Object.fromEntries(bundles);
}
