import type { Command } from 'commander';
import { details, examples } from '../shared/help.ts';
import { configOption, stackOption } from '../shared/options.ts';
import type { DeployOptions } from './deploy.ts';

export function addDeploy(program: Command): void {
  program
    .command('deploy')
    .description('deploy to your AWS account, with the CDK')
    .addOption(configOption())
    .addOption(stackOption())
    .argument('[options...]', 'options of cdk deploy, after two dashes')
    .addHelpText('after', examples('deploy', 'deploy --stack PressWatch --config press.yaml'))
    .addHelpText(
      'after',
      details(
        'Needs AWS credentials in the environment, and in this folder the packages `aws-cdk`, `aws-cdk-lib` and `constructs`; once per account and region also `npx cdk bootstrap`. Run it again after each edit of the file.',
        'In a clone, `npx cdk deploy` does the same. Give options of cdk after two dashes: `news-alerts deploy -- --require-approval never`.',
      ),
    )
    .action(async (args: readonly string[], options: DeployOptions) => {
      const { deploy } = await import('./deploy.ts');
      process.exitCode = await deploy(options, args);
    });
}
