import { fileURLToPath } from 'node:url';
import { Annotations, App, RemovalPolicy } from 'aws-cdk-lib';
import { DEFAULT_STACK } from '../cli/deployed/resource-names.ts';
import { printFault, TOPIC_FAULT_NOTE } from '../config/faults.ts';
import { loadConfigFile } from '../config/load.ts';
import { loadEnvironment } from '../config/load-environment.ts';
import { describeWorstDay, worstDay } from '../config/worst-day.ts';
import { packTopics } from '../functions/match/topics-file.ts';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import { parameterPath } from '../functions/shared/pipeline.ts';
import { isSystemName, SYSTEM_NAME_EXPECTED } from '../lib/news-alerts.ts';
import { NewsAlertsStack } from '../lib/news-alerts-stack.ts';

const app = new App();
const recheck = app.node.tryGetContext('recheck');

/** Returns whether an option for trials is on. Throws NewsAlertsError for any value other than true and false. */
function isOn(name: 'disposable' | 'loopbackFeeds'): boolean {
  const value = String(app.node.tryGetContext(name) ?? false);
  if (value === 'true' || value === 'false') return value === 'true';
  throw new NewsAlertsError(`-c ${name}: expected true or false, got ${value}`);
}

/** Returns the path of the configuration. Call this after the environment is loaded, because it may be set there. */
function configFile(): string {
  return (
    app.node.tryGetContext('config') ??
    process.env.NEWS_ALERTS_FILE ??
    fileURLToPath(new URL('../news-alerts.yaml', import.meta.url))
  );
}

function stackName(): string {
  const name = String(app.node.tryGetContext('stackName') ?? DEFAULT_STACK);
  if (isSystemName(name)) return name;
  throw new NewsAlertsError(`-c stackName: expected ${SYSTEM_NAME_EXPECTED}, got ${name || 'nothing'}`);
}

try {
  loadEnvironment();
  const {
    warnings,
    topicFaults,
    operations,
    secrets: _,
    ...loaded
  } = loadConfigFile(configFile(), process.env, '-c config=FILE');
  const stack = new NewsAlertsStack(app, stackName(), {
    ...loaded,
    topics: packTopics(loaded.config.topics),
    operations,
    ...(recheck ? { recheck: String(recheck) } : {}),
    ...(isOn('disposable') ? { removalPolicy: RemovalPolicy.DESTROY } : {}),
    loopbackFeeds: isOn('loopbackFeeds'),
  });
  if (operations.length === 0) {
    Annotations.of(stack).addWarningV2(
      'news-alerts:operations',
      'nobody is notified of problems of news-alerts itself: add a contact under operations:',
    );
  }
  for (const fault of topicFaults) {
    Annotations.of(stack).addWarningV2('news-alerts:topic', `${printFault(fault)}\n${TOPIC_FAULT_NOTE}`);
  }
  if (loaded.subscriptions.length > 0) {
    const description = describeWorstDay(worstDay(loaded.config, loaded.subscriptions));
    Annotations.of(stack).addInfoV2('news-alerts:worst-day', description);
    Annotations.of(stack).addInfoV2(
      'news-alerts:expected-month',
      `in an expected month: run \`npx news-alerts check --stack ${stackName()}\` for an estimate from the alerts of this deployment`,
    );
  }
  for (const name of loaded.config.secrets ?? []) {
    const parameter = `${parameterPath(stackName())}${name}`;
    Annotations.of(stack).addInfoV2(
      `news-alerts:parameter-${name}`,
      `feeds need the parameter ${parameter}: aws ssm put-parameter --name ${parameter} --type SecureString --value …`,
    );
  }
  for (const warning of warnings) Annotations.of(stack).addWarningV2('news-alerts:config', warning);
} catch (error) {
  if (!(error instanceof NewsAlertsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
