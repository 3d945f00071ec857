import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { GrowingBuffer } from '../../functions/shared/growing-buffer.ts';
import { SIGNUP_ACCESS_KEY } from '../local-sdk.ts';
import type { Action, Call } from './action.ts';
import { channelActions } from './channel-actions.ts';
import { Channels } from './channels.ts';
import { Deliveries, type DeliveryOptions } from './deliveries.ts';
import { publishActions } from './publish-actions.ts';
import { QueryParameters } from './query-parameters.ts';
import { asSnsError, SnsError } from './sns-error.ts';
import { subscriptionActions } from './subscription-actions.ts';
import { toXml, type XmlRecord } from './xml.ts';

export interface SnsEndpointOptions extends DeliveryOptions {
  /** JSON file that keeps channels and subscriptions over restarts. Without it they are kept in memory. */
  readonly stateFile?: string;
}

export interface SnsEndpoint {
  /** Answers `POST /`, and `GET /?Action=ConfirmSubscription&...`. Never rejects. */
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Resolves when the current http(s) posts have ended. Stops their retries. */
  close(): Promise<void>;
}

/** A message of 256 KiB is at most 768 KiB when form-encoded, so no valid request reaches this limit. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/**
 * Creates an endpoint for the part of the SNS API that news-alerts needs, for the SDK's own client. Does not verify
 * signatures.
 * @throws NewsAlertsError if the state file cannot be used
 */
export function createSnsEndpoint(options: SnsEndpointOptions): SnsEndpoint {
  const channels = new Channels(options.stateFile);
  const deliveries = new Deliveries(options);
  const actions = new Map<string, Action>(
    Object.entries({
      ...channelActions(channels),
      ...subscriptionActions(channels, deliveries),
      ...publishActions(channels, deliveries),
    }),
  );

  async function runAction(req: IncomingMessage): Promise<string> {
    const parameters = new QueryParameters(new URLSearchParams(await readQuery(req)));
    const name = parameters.get('Action') ?? '';
    const call = { parameters, ...callerOf(req) };
    // A web page can make a browser post a form here, but not with a signature. Subscribers confirm without one.
    if (!call.signed && name !== 'ConfirmSubscription') {
      throw new SnsError('MissingAuthenticationToken', 'Request is missing Authentication Token');
    }
    const action = actions.get(name);
    if (action === undefined) {
      throw new SnsError(
        'InvalidAction',
        `The local SNS has no action '${name}': expected one of ${[...actions.keys()].join(', ')}`,
      );
    }
    const result = await action(call);
    return responseXml(`${name}Response`, result === undefined ? {} : { [`${name}Result`]: result });
  }

  return {
    async handle(req, res) {
      let status = 200;
      let body: string;
      try {
        body = await runAction(req);
      } catch (error) {
        const fault = asSnsError(error);
        status = fault.status;
        const Type = status < 500 ? 'Sender' : 'Receiver';
        body = responseXml('ErrorResponse', { Error: { Type, Code: fault.code, Message: fault.message } });
      }
      res.writeHead(status, { 'content-type': 'text/xml; charset=utf-8' }).end(body);
      // Read the rest of a refused request, or the caller would never read the answer.
      req.resume();
    },
    async close() {
      await deliveries.close();
      await channels.saved();
    },
  };
}

async function readQuery(req: IncomingMessage): Promise<string> {
  const url = req.url ?? '';
  if (req.method === 'GET') return url.slice(url.indexOf('?') + 1);
  const body = new GrowingBuffer(MAX_BODY_BYTES);
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    if (!body.append(chunk)) {
      throw new SnsError('RequestEntityTooLarge', `The request is longer than ${MAX_BODY_BYTES} bytes`);
    }
  }
  return body.bytes().toString('utf8');
}

function callerOf({ headers, socket }: IncomingMessage): Omit<Call, 'parameters'> {
  const authorization = headers.authorization ?? '';
  const [, accessKey, region] =
    /^AWS4-HMAC-SHA256 Credential=([^/]*)\/\d+\/([\w-]+)\/sns\//.exec(authorization) ?? [];
  const address = (socket.localAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
  const host = address.includes(':') ? `[${address}]` : address;
  return {
    signed: region !== undefined,
    isOwner: accessKey !== SIGNUP_ACCESS_KEY,
    region: region ?? 'us-east-1',
    baseUrl: `http://${host}:${socket.localPort}`,
  };
}

function responseXml(name: string, content: XmlRecord): string {
  const RequestId = randomUUID();
  // Errors have the request's id in a different place from results.
  const meta: XmlRecord = name === 'ErrorResponse' ? { RequestId } : { ResponseMetadata: { RequestId } };
  return `<${name} xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${toXml({ ...content, ...meta })}</${name}>`;
}
