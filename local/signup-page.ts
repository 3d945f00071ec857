import {
  ConfirmSubscriptionCommand,
  InvalidParameterException,
  NotFoundException,
  type SNSClient,
} from '@aws-sdk/client-sns';
import type { Log } from '../functions/shared/events.ts';
import type { PipelineConfig } from '../functions/shared/model.ts';
import { signup } from '../functions/shared/pipeline.ts';
import type { createHandler } from '../functions/signup/handler.ts';
import { MAX_SIGNUP_BODY } from '../functions/signup/signup-app.ts';
import { type FunctionUrl, startFunctionUrl } from './function-url.ts';
import { type Schedule, startSchedule } from './schedule.ts';

export interface SignupOptions {
  /** The address that leads to the port; undefined if only this machine can reach it. Ends in a slash. */
  readonly url: string | undefined;
  /** Loopback port. */
  readonly port: number;
}

/** The page on which people sign up, as long as the configuration lets them. */
export interface SignupPage {
  /** The address for people, with a slash at its end; undefined if there is no page. */
  url(): string | undefined;
  /**
   * Opens or closes the page, as the configuration says.
   * @throws PortInUse
   */
  apply(config: PipelineConfig): Promise<void>;
  stop(): Promise<void>;
}

const MINUTE_MS = 60_000;

/** @param handler returns the handler of the configuration in force */
export function createSignupPage(
  options: SignupOptions | undefined,
  handler: () => ReturnType<typeof createHandler>,
  log: Log,
): SignupPage {
  let opened: { readonly listener: FunctionUrl; readonly settling: Schedule } | undefined;
  const onError = (error: unknown) => log.error('signup-failed', { error: String(error) });
  const close = async () => {
    const { listener, settling } = opened ?? {};
    opened = undefined;
    await listener?.stop();
    await settling?.stop();
  };
  return {
    url: () => opened && (options?.url ?? `${opened.listener.url}/`),
    async apply(config) {
      if (!config.signup) return close();
      if (!options || opened) return;
      const listener = await startFunctionUrl({
        port: options.port,
        option: '--signup-port',
        maxBody: MAX_SIGNUP_BODY,
        handler: (event) => handler()(event),
        onError,
      });
      const settle = async () => {
        await handler()({ settle: true });
      };
      opened = { listener, settling: startSchedule(settle, signup.settleEveryMinutes * MINUTE_MS, onError) };
    },
    stop: close,
  };
}

/** Returns a function that confirms a subscription, and returns false if its token is wrong. */
export function confirmSubscription(client: SNSClient) {
  return async (TopicArn: string, Token: string): Promise<boolean> => {
    try {
      await client.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
      return true;
    } catch (error) {
      if (error instanceof InvalidParameterException || error instanceof NotFoundException) return false;
      throw error;
    }
  };
}
