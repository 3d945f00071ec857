import { fileURLToPath } from 'node:url';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { FunctionName } from '../stage-bundling.ts';

/** Returns the code of a function from the package, which has it bundled. */
export function functionCode(name: FunctionName): Code {
  return Code.fromAsset(fileURLToPath(new URL(`./functions/${name}`, import.meta.url)));
}
