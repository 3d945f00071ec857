import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import { ticks } from '../../functions/shared/store/ticks.ts';
import { OUTPUTS } from '../deployed/resource-names.ts';
import { type CheckContext, deployCommand, tableName } from './check-context.ts';
import { type CheckResult, ok } from './check-result.ts';

/** `deployed`: the version of the configuration that the deployment has, and who says so. */
export function configurationResults(
  deployed: { readonly version: string; readonly from: string } | undefined,
  visit: Pick<CheckContext, 'stackName' | 'configFile' | 'loaded'>,
): CheckResult[] {
  const { configFile, loaded } = visit;
  const { version } = loaded.config;
  if (deployed?.version === version) {
    return [ok('configuration', `${configFile} is what is deployed (version ${version})`)];
  }
  if (deployed === undefined) {
    return [
      {
        level: 'warning',
        check: 'configuration',
        code: 'configuration-unknown',
        about: configFile,
        seen: `the stack tells no version of its configuration, and dispatch has never run; ${configFile} has ${version}`,
        means: 'whether your file is what is deployed is not known',
        next: `deploy it with this release: ${deployCommand(visit)}`,
      },
    ];
  }
  return [
    {
      level: 'warning',
      check: 'configuration',
      code: 'configuration-differs',
      about: configFile,
      seen: `${configFile} has version ${version}, ${deployed.from} has ${deployed.version}`,
      means:
        'feeds, topics or defaults in the file are not what is deployed: it was changed since, or another was deployed',
      next: `see what would change (npx cdk diff), then deploy: ${deployCommand(visit)}; or name the file that was deployed with --config`,
    },
  ];
}

export const checkConfiguration = {
  name: 'configuration',
  what: 'which configuration is deployed',
  needsFile: true,
  async run(visit: CheckContext): Promise<readonly CheckResult[]> {
    const output = visit.stack?.outputs[OUTPUTS.configVersion];
    if (output) return configurationResults({ version: output, from: 'the stack' }, visit);
    // Stacks of earlier releases have no such output, but dispatch notes with which configuration it ran.
    const tick = await ticks(dynamoTable(visit.clients.dynamoDb, tableName(visit))).last();
    const deployed = tick && { version: tick.configVersion, from: 'the last dispatch' };
    return configurationResults(deployed, visit);
  },
} as const;
