import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';
import type { Context } from 'hono';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import {
  type Basics,
  basics,
  type SigningUp,
  signingUp,
  type Tables,
  tables,
} from '../shared/aws/platform.ts';
import { signupStores } from './deps.ts';
import { settleDue } from './manage.ts';
import { createSignupApp } from './signup-app.ts';

/** A request, or the event of the schedule. */
export type SignupEvent = LambdaFunctionURLEvent | { readonly settle: true };
type Handler = (event: SignupEvent) => Promise<LambdaFunctionURLResult & object>;

/** Answers the requests of people who sign up, and ends the pauses that are over. Anyone can call it. */
export function createHandler(platform: Basics & Tables & SigningUp): Handler {
  const { clock, confirm, log, sleep } = platform;
  const config = platform.config();
  const subscribing = platform.subscribing(config.sms);
  const deps = { clock, log, config, subscribing, ...signupStores(platform.table(), clock) };
  const contextOf = (c: Context) =>
    (c.env as { readonly event: LambdaFunctionURLEvent }).event.requestContext;
  const app = createSignupApp(deps, {
    pageUrl: (c) => platform.signupUrl() ?? `https://${contextOf(c).domainName}/`,
    callerOf: (c) => contextOf(c).http.sourceIp,
    sleep,
    ...(confirm ? { confirm } : {}),
  });
  const answer = handle(app);
  return async (event) => {
    if (!('settle' in event))
      return answer(event as unknown as LambdaEvent) as Promise<LambdaFunctionURLResult & object>;
    await settleDue(deps);
    return {};
  };
}

let created: Handler | undefined;

export const handler: Handler = (event) => {
  created ??= createHandler({ ...basics(process.env), ...tables(process.env), ...signingUp(process.env) });
  return created(event);
};
