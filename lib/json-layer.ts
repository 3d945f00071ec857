import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

const FILE = 'index.json';

export interface JsonLayerProps {
  /** By which functions know it; unlike all package names. */
  readonly name: string;
  readonly content: unknown;
  readonly description: string;
}

/** A JSON file as a layer, so that its change is a new layer and leaves the functions' code as it is. */
export class JsonLayer extends LayerVersion {
  /** Where a function finds it, by a name that Node resolves: layers lie on its path for packages. */
  readonly file: string;

  constructor(scope: Construct, id: string, props: JsonLayerProps) {
    const { name, content, description } = props;
    const folder = mkdtempSync(join(tmpdir(), 'news-alerts-layer-'));
    try {
      const path = join(folder, 'nodejs', 'node_modules', name);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, FILE), JSON.stringify(content));
      super(scope, id, { code: Code.fromAsset(folder), description });
    } finally {
      // The asset was copied into the cloud assembly by the constructor.
      rmSync(folder, { recursive: true });
    }
    this.file = `${name}/${FILE}`;
  }
}
