import { fileURLToPath } from 'node:url';
import { App, RemovalPolicy } from 'aws-cdk-lib';
import cdkJson from '../cdk.json' with { type: 'json' };
import { DEFAULT_STACK } from '../cli/deployed/resource-names.ts';
import { loadForDeployment } from '../config/load.ts';
import { loadEnvironment } from '../config/load-environment.ts';
import { deployedChats } from '../config/recipients.ts';
import { packTopics } from '../functions/match/topics-file.ts';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import { annotate } from '../lib/annotate.ts';
import { isSystemName, SYSTEM_NAME_EXPECTED } from '../lib/news-alerts.ts';
import { NewsAlertsStack } from '../lib/news-alerts-stack.ts';

// In the package, cdk finds no cdk.json with the feature flags.
const app = new App(import.meta.filename.endsWith('.js') ? { context: cdkJson.context } : {});
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
  const loaded = loadForDeployment(configFile(), process.env, '-c config=FILE');
  const { config, subscriptions, chats, operations } = loaded;
  const stack = new NewsAlertsStack(app, stackName(), {
    config,
    subscriptions,
    chats: deployedChats(chats),
    operations,
    topics: packTopics(config.topics),
    ...(recheck ? { recheck: String(recheck) } : {}),
    ...(isOn('disposable') ? { removalPolicy: RemovalPolicy.DESTROY } : {}),
    loopbackFeeds: isOn('loopbackFeeds'),
  });
  annotate(stack, loaded, stackName());
} catch (error) {
  if (!(error instanceof NewsAlertsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
