import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import pLimit from 'p-limit';
import { NewsAlertsError } from '../../functions/shared/errors.ts';

/** The clients of the commands that look at a deployment. */
export interface AwsClients {
  readonly region: string;
  readonly cloudFormation: CloudFormationClient;
  readonly cloudWatch: CloudWatchClient;
  readonly dynamoDb: DynamoDBClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
}

/** Calls under way at once, over all services: well below what any of them throttles. */
const MAX_CONCURRENT_CALLS = 10;

/** Without these, a call to a host that never answers would never end. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true } as const;

/**
 * Clients for the account and region that the SDK's usual sources name: environment, profile, single sign-on. Calls
 * wait for each other beyond CALLS_AT_ONCE, and end when `signal` is aborted.
 * @throws NewsAlertsError when there is no region or no credentials
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
    sns: bounded(new SNSClient(common)),
    // A queue's URL names AWS's own host, also where AWS_ENDPOINT_URL_SQS says to ask another.
    sqs: bounded(new SQSClient({ ...common, useQueueUrlAsEndpoint: false })),
  };
}

async function regionOf({ config }: CloudFormationClient): Promise<string> {
  try {
    return await config.region();
  } catch (cause) {
    throw new NewsAlertsError(
      'expected a region, got none; set AWS_REGION (such as AWS_REGION=us-east-1), or AWS_PROFILE to a profile that names one',
      { cause },
    );
  }
}

async function requireCredentials({ config }: CloudFormationClient): Promise<void> {
  try {
    await config.credentials();
  } catch (cause) {
    throw new NewsAlertsError(
      `expected credentials for AWS, got none (${describeError(cause)}); set AWS_PROFILE and log in ` +
        '(aws sso login), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
      { cause },
    );
  }
}

/** What a failed call says of itself, in one line. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The errors of sockets have a code, and sometimes nothing else.
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const text = error.message === '' ? (code ?? '') : error.message;
  const name = error.name === 'Error' ? '' : `${error.name}: `;
  return error instanceof NewsAlertsError ? text : `${name}${text}`.replace(/\s+/g, ' ').trim();
}

/** True when AWS does not know who asks, so that no call at all can succeed. */
export function isUnknownCaller(error: unknown): boolean {
  return error instanceof Error && UNKNOWN_CALLER.test(error.name);
}

const UNKNOWN_CALLER =
  /^(ExpiredToken|RequestExpired|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|AuthFailure|InvalidAccessKeyId|CredentialsProviderError|TokenProviderError)/;

/** True when nothing answered: there is no network, a proxy or firewall is in between, or the address is wrong. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return UNREACHABLE.test(code) || error.name === 'TimeoutError';
}

const UNREACHABLE =
  /^(ENOTFOUND|EAI_AGAIN|EAI_FAIL|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ETIMEDOUT|EPIPE|EADDRNOTAVAIL|ERR_TLS|ERR_SSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/;

/** The rights are missing, for this call at least. */
export function isDenied(error: unknown): boolean {
  return (
    error instanceof Error && /AccessDenied|AuthorizationError|NotAuthorized|Forbidden/i.test(error.name)
  );
}
