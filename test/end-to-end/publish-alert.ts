import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { localSdk } from '../../local/local-sdk.ts';
import { alertEntry, alertOf, publishedMessage } from '../helpers/sample-alerts.ts';
import type { StartedProcess } from './started-process.ts';

/** Publishes an alert to the channel of the topic `summit`, like notify. Returns the address of the page. */
export async function publishAlert({ err, printed }: StartedProcess, id: string): Promise<string> {
  await printed('page and SNS endpoint at', 'err');
  const [endpoint = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(err()) ?? [];
  const client = new SNSClient(localSdk(endpoint));
  const entries = [alertEntry({ itemId: id, storyId: id, title: `Ostrand ${id}` })];
  const { subject, bodies } = publishedMessage(id, alertOf({ id, topicName: 'Summit', entries }));
  await client.send(
    new PublishCommand({
      TopicArn: 'arn:aws:sns:us-east-1:000000000000:news-alerts-channel-summit',
      Subject: subject,
      Message: JSON.stringify(bodies),
      MessageStructure: 'json',
      MessageAttributes: { protocols: { DataType: 'String.Array', StringValue: '["email","sms"]' } },
    }),
  );
  client.destroy();
  return endpoint;
}
