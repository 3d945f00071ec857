import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Annotations, App, RemovalPolicy } from 'aws-cdk-lib';
import { ConfigError } from '../functions/shared/config/faults.ts';
import { loadConfigFile } from '../functions/shared/config/load.ts';
import { NewsAlertsStack } from '../lib/news-alerts-stack.ts';

if (existsSync('.env')) process.loadEnvFile('.env');

const app = new App();
const path: string =
  app.node.tryGetContext('config') ??
  process.env.NEWS_ALERTS_FILE ??
  fileURLToPath(new URL('../news-alerts.yaml', import.meta.url));

try {
  const { warnings, operations, ...loaded } = loadConfigFile(path, process.env);
  const stack = new NewsAlertsStack(app, app.node.tryGetContext('stackName') ?? 'NewsAlerts', {
    ...loaded,
    operations,
    ...(app.node.tryGetContext('recheck') ? { recheck: String(app.node.tryGetContext('recheck')) } : {}),
    // For trials: -c disposable=true
    ...(app.node.tryGetContext('disposable') ? { removalPolicy: RemovalPolicy.DESTROY } : {}),
  });
  if (operations.length === 0) {
    Annotations.of(stack).addWarningV2(
      'news-alerts:operations',
      'nobody is told when news-alerts itself is unwell: name somebody under operations:',
    );
  }
  for (const warning of warnings) Annotations.of(stack).addWarningV2('news-alerts:config', warning);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
