import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

export interface DataLayerProps {
  /** By which functions know it; unlike all package names. */
  readonly name: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly description: string;
}

/** Files as a layer, so that their change is a new layer and leaves the functions' code as it is. */
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
      // The asset was copied into the cloud assembly by the constructor.
      rmSync(folder, { recursive: true });
    }
    this.#name = name;
  }

  /** Where a function finds a file of it, by a name that Node resolves: layers lie on its path for packages. */
  file(name: string): string {
    return `${this.#name}/${name}`;
  }
}
