import { SESv2Client, SESv2ServiceException } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, expect, it } from 'vitest';
import { sendStackTestEmail } from '../../../cli/send-test/send-stack-test.ts';
import { NewsAlertsError } from '../../../functions/shared/errors.ts';

const ANN = 'ann@readers.internal';

/** The mails that SES has got, and its refusal. */
let mailed: unknown[] = [];
let refusal: Error | undefined;
let htmlEmailFrom: string | undefined;
beforeEach(() => {
  mailed = [];
  refusal = undefined;
  htmlEmailFrom = undefined;
});
const ses = Object.assign(new SESv2Client({ region: 'eu-north-1' }), {
  send: async ({ input }: { input: unknown }) => {
    if (refusal) throw refusal;
    return { MessageId: `s${mailed.push(input)}` };
  },
});

/** Returns a stack whose channel has these subscriptions, as AWS lists them. */
function stackWith(...subscriptions: readonly [protocol: string, endpoint: string, arn: string][]) {
  const published: unknown[] = [];
  const client = (answers: (name: string, input: unknown) => unknown) =>
    Object.assign(new SNSClient({ region: 'eu-north-1' }), {
      send: async (command: { constructor: { name: string }; input: unknown }) =>
        answers(command.constructor.name, command.input),
    });
  const sns = client((name, input) => {
    if (name === 'PublishCommand') return { MessageId: `m${published.push(input)}` };
    return {
      Subscriptions: subscriptions.map(([Protocol, Endpoint, SubscriptionArn]) => ({
        Protocol,
        Endpoint,
        SubscriptionArn,
      })),
    };
  });
  const Outputs = [
    { OutputKey: 'ChannelArnPrefix', OutputValue: 'arn:aws:sns:eu-north-1:1:S-channel-' },
    ...(htmlEmailFrom === undefined ? [] : [{ OutputKey: 'HtmlEmailFrom', OutputValue: htmlEmailFrom }]),
  ];
  const StackId = 'arn:aws:cloudformation:eu-north-1:1:stack/S/1';
  const cloudFormation = client(() => ({ Stacks: [{ StackName: 'S', StackId, Outputs }] }));
  return {
    published,
    stack: {
      name: 'S',
      clients: { ses: ses as never, sns, cloudFormation: cloudFormation as never, region: 'eu-north-1' },
    },
  };
}

const topic = { id: 'owls', name: 'Owls', timeZone: 'UTC' };
const CONFIRMED = 'arn:aws:sns:eu-north-1:1:S-channel-owls:1';

it('publishes when the other subscribers are phones, which get no email, or unconfirmed', async () => {
  const { published, stack } = stackWith(
    ['email', 'Ann@readers.internal', CONFIRMED],
    ['sms', '+46701234567', CONFIRMED],
    ['email', 'bob@readers.internal', 'PendingConfirmation'],
  );
  expect(await sendStackTestEmail(ANN, topic, stack)).toContain('message m1');
  expect(published).toMatchObject([
    {
      TopicArn: 'arn:aws:sns:eu-north-1:1:S-channel-owls',
      MessageAttributes: { protocols: { StringValue: '["email","daily"]' } },
    },
  ]);
});

it.each([
  [
    [['email', ANN, 'PendingConfirmation']],
    /has not confirmed its subscription .*no-reply@sns\.amazonaws\.com/,
  ],
  [[['email', 'bob@readers.internal', CONFIRMED]], /is not subscribed to topic owls/],
  [[['sms', ANN, CONFIRMED]], /is not subscribed to topic owls/],
  [[['email', ANN, 'Deleted']], /is not subscribed to topic owls/],
  [
    [
      ['email', ANN, CONFIRMED],
      ['https', 'https://hook.internal', CONFIRMED],
    ],
    /has 1 other confirmed subscriber besides ann/,
  ],
] as [[string, string, string][], RegExp][])(
  'sends nothing otherwise, and says why: %j',
  async (subscriptions, expected) => {
    const { published, stack } = stackWith(...subscriptions);
    const attempt = sendStackTestEmail(ANN, topic, stack);
    await expect(attempt).rejects.toThrow(NewsAlertsError);
    await expect(attempt).rejects.toThrow(expected);
    expect(published).toEqual([]);
  },
);

it('sends by SES where it sends the emails, whoever else is subscribed', async () => {
  htmlEmailFrom = 'desk@news.example.se';
  const { published, stack } = stackWith(['email', 'bob@readers.internal', CONFIRMED]);
  expect(await sendStackTestEmail(ANN, topic, stack)).toMatch(
    /^SES accepted the test for ann@readers\.internal \(message s1\)/,
  );
  expect(published).toEqual([]);
  expect(mailed).toMatchObject([
    { FromEmailAddress: 'desk@news.example.se', Destination: { ToAddresses: [ANN] } },
  ]);
  refusal = new SESv2ServiceException({
    name: 'MessageRejected',
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
    message: 'Email address is not verified.',
  });
  await expect(sendStackTestEmail(ANN, topic, stack)).rejects.toThrow(
    /^SES did not accept the test for ann@readers\.internal: .*leave the sandbox.*doctor --stack S/,
  );
});
