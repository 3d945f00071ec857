import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSmsSender } from '../../../local/sms/sms-sender.ts';
import { eventually } from '../../helpers/eventually.ts';
import { type SnsAnswer, startSnsStandIn, THROTTLED } from './sns-stand-in.ts';

const ANN = '+4915112345678';
const SMS = { number: ANN, text: 'Summit: Ostrand and Veloza meet', maxUsd: 0.15 };
const sdk = (endpoint: string) => ({
  endpoint,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
});

describe('an SMS through the SDK', () => {
  it('goes to the number, as transactional, at a maximum price, signed for the region', async () => {
    const sns = await startSnsStandIn();
    const sender = await createSmsSender(() => undefined, sdk(sns.url));
    expect(await sender.send(SMS)).toEqual({ kind: 'sent', messageId: 'sms-1' });
    expect(sns.received).toMatchObject([
      {
        to: ANN,
        text: SMS.text,
        attributes: { 'AWS.SNS.SMS.SMSType': 'Transactional', 'AWS.SNS.SMS.MaxPrice': '0.15000' },
        signedBy: expect.stringMatching(/AKIDTEST\/\d+\/eu-central-1\/sns/),
      },
    ]);
  });

  it('has the type and the sender of the file', async () => {
    const sns = await startSnsStandIn();
    const sender = await createSmsSender(() => ({ type: 'promotional', sender: 'NEWS' }), sdk(sns.url));
    await sender.send(SMS);
    expect(sns.received[0]?.attributes).toMatchObject({
      'AWS.SNS.SMS.SMSType': 'Promotional',
      'AWS.SNS.SMS.SenderID': 'NEWS',
    });
  });

  it.each<[SnsAnswer, string, RegExp]>([
    [THROTTLED, 'retry', /^SNS in eu-central-1 accepts no more messages for now: Throttling: Rate exceeded$/],
    [{ status: 429, code: 'Throttled' }, 'retry', /accepts no more messages/],
    [{ status: 503, code: 'ServiceUnavailable' }, 'retry', /is not available/],
    [{ status: 403, code: 'ExpiredToken' }, 'retry', /^there are no valid AWS credentials; log in again/],
    [
      {
        status: 403,
        code: 'SignatureDoesNotMatch',
        message: 'Signature expired: 2031 is now earlier than 2032',
      },
      'retry',
      /^the clock of this machine differs/,
    ],
    [{ status: 500, code: 'InternalFailure' }, 'unknown', /^SNS in eu-central-1 failed/],
    [{ status: 503, body: '<html>busy' }, 'unknown', /gave no answer|failed/],
    ['hang', 'unknown', /gave no answer: TimeoutError/],
    ['reset', 'unknown', /gave no answer/],
    [
      {
        status: 400,
        code: 'InvalidParameter',
        message: `Invalid parameter: PhoneNumber Reason: ${ANN.slice(1)} is not valid`,
      },
      'refused',
      /check the number under recipients: .* \+491…78 is not valid$/,
    ],
    [{ status: 400, code: 'OptedOut', message: 'opted out' }, 'refused', /has opted out \(STOP\)/],
    [{ status: 403, code: 'AuthorizationError' }, 'refused', /allow your user or role sns:Publish/],
    [{ status: 403, code: 'InvalidClientTokenId' }, 'refused', /check AWS_PROFILE or AWS_ACCESS_KEY_ID/],
    [
      { status: 400, code: 'UserError', message: 'the account is in the sandbox' },
      'refused',
      /verify the number, or leave the sandbox/,
    ],
  ])('is tried once; %j means: %s', async (answer, kind, detail) => {
    const sns = await startSnsStandIn();
    sns.answer = () => answer;
    const sender = await createSmsSender(() => undefined, sdk(sns.url), { connection: 500, request: 300 });
    const outcome = await sender.send(SMS);
    expect(outcome).toEqual({ kind, detail: expect.stringMatching(detail) });
    expect(JSON.stringify(outcome)).not.toContain(ANN.slice(1));
    expect(sns.received).toHaveLength(1);
  });

  it('was certainly not sent without a connection or a name', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const sender = await createSmsSender(() => undefined, sdk(`http://127.0.0.1:${port}`));
    expect(await sender.send(SMS)).toEqual({
      kind: 'retry',
      detail: expect.stringMatching(/^SNS in eu-central-1 cannot be reached; check the network/),
    });
  });

  it('was certainly not sent if a role refuses the credentials', async () => {
    const sns = await startSnsStandIn();
    const credentials = () => Promise.reject(new Error('not authorized to perform: sts:AssumeRole'));
    const sender = await createSmsSender(() => undefined, { ...sdk(sns.url), credentials });
    expect(await sender.send(SMS)).toEqual({
      kind: 'retry',
      detail: expect.stringMatching(/^there are no valid AWS credentials; .* sts:AssumeRole$/),
    });
    expect(sns.received).toEqual([]);
  });

  it('may have been sent if the wait for the answer is cut off', async () => {
    const sns = await startSnsStandIn();
    sns.answer = () => 'hang';
    const sender = await createSmsSender(() => undefined, sdk(sns.url));
    const outcome = sender.send(SMS);
    await eventually(() => expect(sns.received).toHaveLength(1));
    sender.close();
    expect((await outcome).kind).toBe('unknown');
  });
});

describe('without settings of AWS', () => {
  const before = { ...process.env };
  beforeEach(() => {
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    Object.assign(process.env, {
      AWS_CONFIG_FILE: '/nonexistent',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
  });
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  });

  it('says what to set for the region', async () => {
    await expect(createSmsSender(() => undefined)).rejects.toThrow(
      /^expected an AWS region, got none; set AWS_REGION .*AWS_PROFILE/,
    );
  });

  it('says what to do about credentials, and sends nothing', async () => {
    process.env.AWS_REGION = 'eu-west-1';
    const sender = await createSmsSender(() => undefined);
    const fault = {
      kind: 'retry',
      detail: expect.stringMatching(/^there are no valid AWS credentials; log in/),
    };
    expect(await sender.verify()).toEqual(fault);
    expect(await sender.send(SMS)).toEqual(fault);
  });
});
