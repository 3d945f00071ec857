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

/** Starts all services that the functions use, on loopback. Sets the environment variables by which the SDK finds them. */
export async function startServices(topicIds: readonly string[]) {
  const servers = await startEmbeddedServers();
  const sns = createSnsEndpoint({
    clock: Date.now,
    onPublish: () => undefined,
    onDelivery: () => undefined,
  });
  const channels = await serve((request, response) => void sns.handle(request, response));
  const requests = new Map<string, number>();
  const feeds = await serve(({ url = '' }, response) => {
    const revision = (requests.get(url) ?? 0) + 1;
    requests.set(url, revision);
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
  const provisioned = await provision(
    { ...servers, sns: channels.url },
    { topicIds, subscriptions: [] },
    SILENT,
  );
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

/** Returns a feed of twenty entries, one of which is new in each revision. */
function document(revision: number): string {
  const entries = Array.from({ length: ENTRIES }, (_, n) => {
    const number = revision + ENTRIES - n;
    return `<item><guid>${number}</guid><title>Report ${number}</title><link>http://news.example/${number}</link><description>&lt;p&gt;${'Words about nothing. '.repeat(20)}&lt;/p&gt;</description></item>`;
  });
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title>${entries.join('')}</channel></rss>`;
}
