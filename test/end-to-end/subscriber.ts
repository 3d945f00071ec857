import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import type { Alert } from '../../functions/shared/model.ts';

/** An HTTP subscriber of channels, like a user's webhook. Confirms by following the link that SNS sends. */
export interface Subscriber {
  readonly alerts: (Alert & { readonly subject: string })[];
  /** By default the environment says where SNS is. */
  subscribe(channelArn: string, sns?: SNSClient): Promise<void>;
  stop(): Promise<void>;
}

interface Notification {
  readonly Type: string;
  readonly SubscribeURL: string;
  readonly Subject: string;
  readonly Message: string;
}

export async function startSubscriber(): Promise<Subscriber> {
  const alerts: Subscriber['alerts'] = [];
  let confirmed: () => void = () => undefined;
  const server = createServer(async (request, response) => {
    const message = JSON.parse(await text(request)) as Notification;
    response.end();
    if (message.Type === 'SubscriptionConfirmation') {
      await fetch(message.SubscribeURL);
      confirmed();
    } else alerts.push({ ...(JSON.parse(message.Message) as Alert), subject: message.Subject });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    alerts,
    async subscribe(channelArn, sns = new SNSClient({})) {
      const done = new Promise<void>((resolve) => {
        confirmed = resolve;
      });
      const Endpoint = `http://127.0.0.1:${port}/`;
      await sns.send(new SubscribeCommand({ TopicArn: channelArn, Protocol: 'http', Endpoint }));
      await done;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
