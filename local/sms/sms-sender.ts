import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { SdkOptions } from '../../functions/shared/aws/platform.ts';
import { regionOf } from '../../functions/shared/aws/region.ts';
import { smsAttributes } from '../../functions/shared/aws/sns-channels.ts';
import type { PipelineConfig } from '../../functions/shared/model.ts';
import { credentialsFault, type SmsFault, smsFault } from './sms-fault.ts';

/** One SMS to one number. */
export interface Sms {
  /** E.164. */
  readonly number: string;
  readonly text: string;
  /** The most that it may cost, USD. */
  readonly maxUsd: number;
}

/** The result of one try. */
export type SmsOutcome = { readonly kind: 'sent'; readonly messageId: string } | SmsFault;

/** Sends SMS through the user's AWS account, with one try each. The caller decides whether to try again. */
export interface SmsSender {
  readonly region: string;
  /** Returns the fault if there are no AWS credentials. Does not call SNS, and never rejects. */
  verify(): Promise<SmsFault | undefined>;
  send(sms: Sms): Promise<SmsOutcome>;
  /** Ends the current try, whose outcome is then unknown. */
  close(): void;
}

/** In ms. `request`: limit on the wait for the answer. */
export interface SmsTimeouts {
  readonly connection: number;
  readonly request: number;
}

const TIMEOUTS: SmsTimeouts = { connection: 5_000, request: 15_000 };

/**
 * Returns a sender for the region, credentials and endpoint of the environment or the user's profile.
 * @param settings returns how SNS sends SMS, from the user's file
 * @throws NewsAlertsError if there is no region
 */
export async function createSmsSender(
  settings: () => PipelineConfig['sms'],
  sdk: SdkOptions = {},
  { connection, request }: SmsTimeouts = TIMEOUTS,
): Promise<SmsSender> {
  const client = new SNSClient({
    requestHandler: {
      connectionTimeout: connection,
      requestTimeout: request,
      throwOnRequestTimeout: true,
      // SNS may close an idle connection just as a message is sent, and it would be unknown whether it was accepted.
      httpAgent: { keepAlive: false },
      httpsAgent: { keepAlive: false },
    },
    ...sdk,
    // A retry may be a second SMS.
    maxAttempts: 1,
  });
  const region = await regionOf(client);
  const closing = new AbortController();
  const verify = async () => {
    try {
      await client.config.credentials();
      return undefined;
    } catch (error) {
      return credentialsFault(error);
    }
  };
  return {
    region,
    verify,
    async send({ number, text, maxUsd }) {
      // Apart from the call, since no error of theirs means that the SMS may have been sent.
      const fault = await verify();
      if (fault) return fault;
      const command = new PublishCommand({
        PhoneNumber: number,
        Message: text,
        MessageAttributes: {
          ...smsAttributes(settings() ?? {}),
          'AWS.SNS.SMS.MaxPrice': { DataType: 'Number', StringValue: maxUsd.toFixed(5) },
        },
      });
      try {
        const { MessageId = '' } = await client.send(command, { abortSignal: closing.signal });
        return { kind: 'sent', messageId: MessageId };
      } catch (error) {
        return smsFault(error, region, number);
      }
    },
    close() {
      closing.abort();
      client.destroy();
    },
  };
}
