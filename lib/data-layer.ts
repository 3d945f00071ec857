import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

export interface DataLayerProps {
  /** Name of the layer in functions. Must not be the name of a package. */
  readonly name: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly description: string;
}

/** A layer with data files. When the files change, the layer is replaced, but the code of the functions stays the same. */
export class DataLayer extends LayerVersion {
  readonly #name: string;

  constructor(scope: Construct, id: string, props: DataLayerProps) {
    const { name, files, description } = props;
    const folder = mkdtempSync(join(tmpdir(), 'news-alerts-layer-'));
    try {
      const path = join(folder, 'nodejs', 'node_modules', name);
      mkdirSync(path, { recursive: true });
      for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content);
      super(scope, id, { code: Code.fromAsset(folder), description });
    } finally {
      // The constructor has copied the asset to the cloud assembly.
      rmSync(folder, { recursive: true });
    }
    this.#name = name;
  }

  /** Returns the name by which Node resolves a file of the layer in a function. Layers are on Node's path for packages. */
  file(name: string): string {
    return `${this.#name}/${name}`;
  }
}
