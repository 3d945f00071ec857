import { type DeliveryHandler, deliveryHandler } from '../shared/aws/delivery-handler.ts';
import {
  type Basics,
  basics,
  type Mailing,
  mailing,
  type Retrying,
  retrying,
  type SigningUp,
  signingUp,
  type Tables,
  tables,
} from '../shared/aws/platform.ts';
import { NewsAlertsError } from '../shared/errors.ts';
import { mailSettings, mailStores } from './deps.ts';
import { mail } from './mail.ts';

/** Returns the handler of the mail queue. */
export function createHandler(platform: Basics & Tables & Mailing & Retrying & SigningUp): DeliveryHandler {
  const config = platform.config();
  const { htmlEmail: sender } = config;
  const pageUrl = platform.signupUrl();
  if (sender === undefined || pageUrl === undefined)
    throw new NewsAlertsError('expected htmlEmail in the configuration and the address of the sign-up page');
  const deps = {
    ...mailSettings(config),
    ...mailStores(platform.table(), platform.instance),
    clock: platform.clock,
    log: platform.log,
    sender,
    pageUrl,
    queue: platform.retryQueue('mail'),
    subscribing: platform.subscribing(),
    send: platform.sendMail(sender),
  };
  return deliveryHandler('mail', (messages, time) => mail({ ...deps, ...time }, messages));
}

let created: DeliveryHandler | undefined;

export const handler: DeliveryHandler = (event, context) => {
  created ??= createHandler({
    ...basics(process.env),
    ...tables(process.env),
    ...mailing(),
    ...retrying(process.env),
    ...signingUp(process.env),
  });
  return created(event, context);
};
