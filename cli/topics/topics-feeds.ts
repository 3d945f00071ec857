import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { FEED_FORMATS } from '../../functions/shared/feed-formats.ts';
import { environment } from '../../functions/shared/pipeline.ts';
import { feedPath } from '../../functions/shared/signed-link.ts';
import { signingKey } from '../../functions/shared/store/signing-key.ts';
import { stripControls } from '../../local/console.ts';
import { awsClients } from '../deployed/aws-clients.ts';
import { readStack } from '../deployed/read-stack.ts';
import { OUTPUTS } from '../deployed/resource-names.ts';
import { deployCommand } from '../doctor/check-context.ts';
import { DEFAULT_SIGNUP_PORT } from '../shared/defaults.ts';
import { loadConfigFor } from '../shared/load-config.ts';
import { openTable, type TableLocation } from '../shared/open-table.ts';
import { printJson } from '../shared/print-json.ts';
import { publicUrl } from '../shared/public-url.ts';
import { selectTopics } from '../shared/select-topics.ts';

export interface TopicsFeedsOptions extends TableLocation {
  readonly config: string;
  readonly topic?: string;
  readonly json: boolean;
}

/** Runs `topics feeds`: prints the addresses of the topics' feeds. */
export async function topicsFeeds(options: TopicsFeedsOptions): Promise<void> {
  const { config: configFile, stack, topic, json } = options;
  const { config } = loadConfigFor(configFile, stack);
  const topics = selectTopics(config.topics, topic, configFile);
  const deploy = stack === undefined ? 'npm start' : deployCommand({ stackName: stack, configFile });
  if (!config.signup?.feeds)
    throw new NewsAlertsError(
      `${configFile}: expected signup: { feeds: true }, got ${config.signup ? 'feeds off' : 'no signup'}; ` +
        `write it (docs/sign-up.md), run \`${deploy}\`, and try again`,
    );
  const store = await openTable(options);
  try {
    const pageUrl = stack === undefined ? localPage() : await stackPage(stack, config.version, deploy);
    const key = await signingKey(store.table);
    const feeds = topics.map(({ id, name }) => ({
      topic: id,
      name,
      atom: pageUrl + feedPath(key, id, 'atom'),
      json: pageUrl + feedPath(key, id, 'json'),
    }));
    if (json) return printJson({ feeds });
    for (const { name, atom, json: jsonFeed } of feeds)
      process.stdout.write(
        `${stripControls(name)}\n  ${FEED_FORMATS.atom.name.padEnd(9)}  ${atom}\n  ${FEED_FORMATS.json.name}  ${jsonFeed}\n`,
      );
    console.error(
      'Whoever has an address can read the topic. docs/sign-up.md says how to make all of them invalid.',
    );
  } finally {
    await store.close();
  }
}

function localPage(): string {
  const url = publicUrl(environment.signupUrl, process.env);
  if (url !== undefined) return url;
  console.error(
    `note: these addresses lead to port ${DEFAULT_SIGNUP_PORT} of this machine; set ${environment.signupUrl} to the address at which others reach it`,
  );
  return `http://127.0.0.1:${DEFAULT_SIGNUP_PORT}/`;
}

/**
 * Returns the address of a deployment's page.
 * @throws NewsAlertsError if it has none
 */
async function stackPage(name: string, version: string, deploy: string): Promise<string> {
  const { cloudFormation } = await awsClients();
  const outputs = (await readStack(cloudFormation, name))?.outputs;
  const url = outputs?.[OUTPUTS.signupUrl];
  if (url === undefined)
    throw new NewsAlertsError(
      `expected the stack ${name} to have a sign-up page, got none; deploy the file first: ${deploy}`,
    );
  if (outputs?.[OUTPUTS.configVersion] !== version)
    console.error(
      `note: another version of the file is deployed, which may lack some feeds; deploy this one: ${deploy}`,
    );
  return url;
}
