import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';
import { type Basics, basics, type Queues, queues, type Tables, tables } from '../shared/aws/platform.ts';
import { pushSubscriptions } from '../shared/store/push-subscriptions.ts';
import { receivePush } from './receive-push.ts';

/** The fields of a function URL's event that are read. */
export type PushEvent = Pick<
  LambdaFunctionURLEvent,
  'rawPath' | 'rawQueryString' | 'headers' | 'body' | 'isBase64Encoded'
> & { readonly requestContext: { readonly http: { readonly method: string } } };

type Handler = (event: PushEvent) => Promise<LambdaFunctionURLResult & object>;

/** Answers the requests of hubs. Anyone can call it. */
export function createHandler(platform: Basics & Tables & Queues): Handler {
  const deps = {
    clock: platform.clock,
    log: platform.log,
    config: platform.config(),
    subscriptions: pushSubscriptions(platform.table()),
    feeds: platform.queue<never>('feeds'),
  };
  return async ({ rawPath, rawQueryString, headers, body = '', isBase64Encoded, requestContext }) => {
    const { status, ...response } = await receivePush(deps, {
      method: requestContext.http.method,
      path: rawPath,
      query: new URLSearchParams(rawQueryString),
      headers,
      body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
    });
    return {
      statusCode: status,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
      body: response.body,
    };
  };
}

let created: Handler | undefined;

export const handler: Handler = (event) => {
  created ??= createHandler({ ...basics(process.env), ...tables(process.env), ...queues(process.env) });
  return created(event);
};
