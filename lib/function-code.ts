import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundleInto, type FunctionName, functionEntry, root } from './stage-bundling.ts';

/** Returns the code of a function, bundled with esbuild at synthesis. The package has `prebuilt-code.ts` in place of this file. */
export function functionCode(name: FunctionName): Code {
  const tryBundle = (folder: string) => {
    bundleInto(folder, functionEntry(name));
    return true;
  };
  return Code.fromAsset(root, {
    // The hash covers the bundle instead of all files in the folder.
    assetHashType: AssetHashType.OUTPUT,
    // The CDK treats bundles of the same folder, image and command as equal, so the command must differ.
    bundling: { image: DockerImage.fromRegistry('unused'), command: [name], local: { tryBundle } },
  });
}
