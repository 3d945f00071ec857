import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { PipelineConfig } from '../functions/shared/model.ts';

const FILE = 'news-alerts.json';

export interface ConfigLayerProps {
  /** What the stages need of the user's file. */
  readonly config: PipelineConfig;
}

/** The configuration as a layer, so that a change of topics is a new layer and leaves the functions' code as it is. */
export class ConfigLayer extends LayerVersion {
  /** Where a function finds the configuration. */
  readonly filePath = `/opt/${FILE}`;

  constructor(scope: Construct, id: string, props: ConfigLayerProps) {
    const folder = mkdtempSync(join(tmpdir(), 'news-alerts-layer-'));
    try {
      writeFileSync(join(folder, FILE), JSON.stringify(props.config));
      super(scope, id, { code: Code.fromAsset(folder), description: `news-alerts ${props.config.version}` });
    } finally {
      // The asset was copied into the cloud assembly by the constructor.
      rmSync(folder, { recursive: true });
    }
  }
}
