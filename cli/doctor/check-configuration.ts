import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import { ticks } from '../../functions/shared/store/ticks.ts';
import { OUTPUTS } from '../deployed/resource-names.ts';
import { type CheckContext, deployCommand, tableName } from './check-context.ts';
import { type CheckResult, ok } from './check-result.ts';

/** `deployed`: the version of the deployed configuration, and where it was read. */
export function configurationResults(
  deployed: { readonly version: string; readonly from: string } | undefined,
  context: Pick<CheckContext, 'stackName' | 'configFile' | 'loaded'>,
): CheckResult[] {
  const { configFile, loaded } = context;
  const { version } = loaded.config;
  if (deployed?.version === version) {
    return [ok('configuration', `${configFile} is deployed (version ${version})`)];
  }
  if (deployed === undefined) {
    return [
      {
        level: 'warning',
        check: 'configuration',
        code: 'configuration-unknown',
        about: configFile,
        seen: `the stack does not report the version of its configuration, and dispatch has never run; ${configFile} has version ${version}`,
        means: 'it is unknown whether your file is deployed',
        next: `deploy the file with this release: ${deployCommand(context)}`,
      },
    ];
  }
  return [
    {
      level: 'warning',
      check: 'configuration',
      code: 'configuration-differs',
      about: configFile,
      seen: `${configFile} has version ${version}, but ${deployed.from} has ${deployed.version}`,
      means:
        'feeds, topics or defaults in the file are not deployed: the file was changed since, or another file was deployed',
      next: `see what would change (npx cdk diff), then deploy: ${deployCommand(context)}; or name the deployed file with --config`,
    },
  ];
}

export const checkConfiguration = {
  name: 'configuration',
  what: 'which configuration is deployed',
  needsFile: true,
  async run(context: CheckContext): Promise<readonly CheckResult[]> {
    const output = context.stack?.outputs[OUTPUTS.configVersion];
    if (output) return configurationResults({ version: output, from: 'the stack' }, context);
    // Stacks of earlier releases lack this output, but dispatch records the version with which it ran.
    const tick = await ticks(dynamoTable(context.clients.dynamoDb, tableName(context))).last();
    const deployed = tick && { version: tick.configVersion, from: 'the last dispatch' };
    return configurationResults(deployed, context);
  },
} as const;
