import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { environment } from '../../functions/shared/pipeline.ts';
import { startEmbeddedServers } from '../../local/embedded-servers.ts';
import { provision } from '../../local/provision.ts';
import { createSnsEndpoint } from '../../local/sns/sns-endpoint.ts';

const SILENT = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** All that the functions talk to, on loopback. Sets the variables of this process by which the SDK finds it. */
export async function startServices(topicIds: readonly string[]) {
  const servers = await startEmbeddedServers();
  const sns = createSnsEndpoint({
    clock: Date.now,
    onPublish: () => undefined,
    onDelivery: () => undefined,
  });
  const channels = await serve((request, response) => void sns.handle(request, response));
  const asked = new Map<string, number>();
  const feeds = await serve(({ url = '' }, response) => {
    const revision = (asked.get(url) ?? 0) + 1;
    asked.set(url, revision);
    response.setHeader('content-type', 'application/rss+xml').end(document(revision));
  });
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: servers.dynamodb,
    AWS_ENDPOINT_URL_SQS: servers.sqs,
    AWS_ENDPOINT_URL_SNS: channels.url,
  });
  const provisioned = await provision(servers, { topicIds, subscriptions: [] }, SILENT);
  return {
    environment: {
      ...provisioned.environment,
      [environment.system]: 'Bench',
      [environment.loopbackFeeds]: 'true',
    },
    feedsUrl: feeds.url,
    async stop() {
      feeds.stop();
      channels.stop();
      await sns.close();
      await servers.stop();
    },
  };
}

async function serve(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const ENTRIES = 20;

/** A feed of twenty entries: each time it is asked for, one of them is new. */
function document(revision: number): string {
  const entries = Array.from({ length: ENTRIES }, (_, n) => {
    const number = revision + ENTRIES - n;
    return `<item><guid>${number}</guid><title>Report ${number}</title><link>http://news.example/${number}</link><description>&lt;p&gt;${'Words about nothing. '.repeat(20)}&lt;/p&gt;</description></item>`;
  });
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title>${entries.join('')}</channel></rss>`;
}
