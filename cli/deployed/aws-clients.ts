import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import pLimit from 'p-limit';
import { regionOf } from '../../functions/shared/aws/region.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';

/** The clients of the commands that work on a deployment. */
export interface AwsClients {
  readonly region: string;
  readonly cloudFormation: CloudFormationClient;
  readonly cloudWatch: CloudWatchClient;
  readonly dynamoDb: DynamoDBClient;
  readonly ses: SESv2Client;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
}

/** Limit over all services, well below the rate at which any of them throttles. */
const MAX_CONCURRENT_CALLS = 10;

/** Without these, a call to a host that never responds would never end. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true } as const;

/**
 * Returns clients for the account and region from the SDK's usual sources: environment, profile, single sign-on. At most
 * MAX_CONCURRENT_CALLS run at once; all of them end when `signal` is aborted.
 * @throws NewsAlertsError when there is no region or there are no credentials
 */
export async function awsClients(signal?: AbortSignal): Promise<AwsClients> {
  const limit = pLimit(MAX_CONCURRENT_CALLS);
  const bounded = <Client extends { send(...args: never[]): unknown }>(client: Client): Client => {
    const send = client.send.bind(client) as (...args: unknown[]) => Promise<unknown>;
    const options = signal === undefined ? {} : { abortSignal: signal };
    client.send = ((command: unknown) => limit(() => send(command, options))) as Client['send'];
    return client;
  };
  const common = { requestHandler: TIMEOUTS };
  const cloudFormation = new CloudFormationClient(common);
  const region = await regionOf(cloudFormation);
  await requireCredentials(cloudFormation);
  return {
    region,
    cloudFormation: bounded(cloudFormation),
    cloudWatch: bounded(new CloudWatchClient(common)),
    dynamoDb: bounded(new DynamoDBClient(common)),
    ses: bounded(new SESv2Client(common)),
    sns: bounded(new SNSClient(common)),
    // The URL of a queue names AWS's host even where AWS_ENDPOINT_URL_SQS names another.
    sqs: bounded(new SQSClient({ ...common, useQueueUrlAsEndpoint: false })),
  };
}

async function requireCredentials({ config }: CloudFormationClient): Promise<void> {
  try {
    await config.credentials();
  } catch (cause) {
    throw new NewsAlertsError(
      `expected AWS credentials, got none (${describeError(cause)}); set AWS_PROFILE and log in ` +
        '(aws sso login), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
      { cause },
    );
  }
}

/** Returns the name and message of a failed call's error, in one line. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Some socket errors have only a code.
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const text = error.message === '' ? (code ?? '') : error.message;
  const name = error.name === 'Error' ? '' : `${error.name}: `;
  return error instanceof NewsAlertsError ? text : `${name}${text}`.replace(/\s+/g, ' ').trim();
}

/** Returns whether AWS rejected the credentials, so that no call can succeed. */
export function isUnknownCaller(error: unknown): boolean {
  return error instanceof Error && UNKNOWN_CALLER.test(error.name);
}

const UNKNOWN_CALLER =
  /^(ExpiredToken|RequestExpired|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|AuthFailure|InvalidAccessKeyId|CredentialsProviderError|TokenProviderError)/;

/** Returns whether there was no response: no network, a proxy or firewall in between, or a wrong address. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return UNREACHABLE.test(code) || error.name === 'TimeoutError';
}

const UNREACHABLE =
  /^(ENOTFOUND|EAI_AGAIN|EAI_FAIL|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ETIMEDOUT|EPIPE|EADDRNOTAVAIL|ERR_TLS|ERR_SSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/;

/** Returns whether the caller lacks permission for this call. */
export function isDenied(error: unknown): boolean {
  return (
    error instanceof Error && /AccessDenied|AuthorizationError|NotAuthorized|Forbidden/i.test(error.name)
  );
}
