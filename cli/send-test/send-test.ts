import { existsSync } from 'node:fs';
import { loadConfigFile } from '../../config/load.ts';
import { ALL_CHAT_SERVICES, type ChatService, type Protocol } from '../../functions/shared/model.ts';
import { stripControls } from '../../local/console.ts';
import { smsSettings } from '../../local/sms/sms-settings.ts';
import { awsClients } from '../deployed/aws-clients.ts';
import { printJson } from '../shared/print-json.ts';
import { selectTopics } from '../shared/select-topics.ts';
import { UsageError } from '../shared/usage-error.ts';
import { matchingChats, namedChat, sendTestChats } from './send-chat-test.ts';
import { sendLocalTestEmail, sendLocalTestSms } from './send-local-test.ts';
import { sendStackTestEmail, sendStackTestSms } from './send-stack-test.ts';
import { type TestTopic, testAlert } from './test-alert.ts';

/** `slack` and so on: an address at the service, as in the file. */
export interface SendTestOptions extends Readonly<Partial<Record<ChatService, string>>> {
  readonly email?: string;
  readonly sms?: string;
  /** A part of the service or the name of recipients in the file. */
  readonly recipient?: string;
  /** Id of the topic whose alert the test resembles; the first topic in the file by default. */
  readonly topic?: string;
  readonly config: string;
  /** Stack of a deployment on AWS; this machine without it. */
  readonly stack?: string;
  /** Prints one object in place of sentences. */
  readonly json: boolean;
}

const EMAIL = /^[^\s@<>,;]+@[^\s@<>,;]+$/;
const PHONE = /^\+[1-9]\d{6,14}$/;

/** Runs `test`: sends a test alert the way alerts are sent, and prints the response of the mail server, SNS or chat service. */
export async function sendTest(options: SendTestOptions): Promise<void> {
  const { email, sms, stack } = options;
  const chatOptions = (['recipient', ...ALL_CHAT_SERVICES] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (email === undefined && sms === undefined && chatOptions.length === 0)
    throw new UsageError(
      'expected --email, --sms, --recipient or a chat service such as --slack, got none of them',
    );
  if (chatOptions.length > 0 && stack !== undefined)
    throw new UsageError(
      `--${chatOptions[0]}: expected no --stack, got both; a test for a chat service goes from this machine to the same address`,
    );
  if (email !== undefined && !EMAIL.test(email))
    throw new UsageError(`--email: expected an address such as you@your-domain.org, got ${email}`);
  if (sms !== undefined && !PHONE.test(sms))
    throw new UsageError(`--sms: expected a number such as +12025550123, got ${sms}`);
  const topic = topicOf(options);
  const sent: SentTest[] = [];
  const report = (protocol: Protocol | ChatService, to: string, answer: string) => {
    if (options.json) sent.push({ protocol, to, answer: stripControls(answer) });
    else print(answer);
  };
  await sendEach(options, topic, report).finally(() => {
    // A test that was accepted before another one failed has been sent.
    if (options.json && sent.length > 0) printJson({ topic: topic.id, stack: stack ?? null, sent });
  });
}

interface SentTest {
  readonly protocol: Protocol | ChatService;
  readonly to: string;
  /** The answer of the mail server, SNS or chat service. */
  readonly answer: string;
}

async function sendEach(
  { email, sms, recipient, stack, json, config: file, ...others }: SendTestOptions,
  topic: TestTopic,
  report: (protocol: Protocol | ChatService, to: string, answer: string) => void,
): Promise<void> {
  if (stack === undefined) {
    if (email !== undefined)
      report('email', email, `sent to ${email}: ${await sendLocalTestEmail(email, topic, process.env)}`);
    if (sms !== undefined) {
      const settings = smsSettings(process.env);
      if (!settings && !json) print(testAlert(topic).sms);
      report('sms', sms, await sendLocalTestSms(sms, topic, settings));
    }
    if (recipient !== undefined) {
      const { chats } = loadConfigFile(file, process.env);
      await sendTestChats(matchingChats(recipient, chats), topic, report);
    }
    const named = ALL_CHAT_SERVICES.flatMap((service) => {
      const written = others[service];
      return written === undefined ? [] : [namedChat(service, written, process.env)];
    });
    await sendTestChats(named, topic, report);
    return;
  }
  const testedStack = { name: stack, clients: await awsClients() };
  if (email !== undefined) report('email', email, await sendStackTestEmail(email, topic, testedStack));
  if (sms !== undefined) report('sms', sms, await sendStackTestSms(sms, topic, testedStack));
}

/**
 * Returns the topic of the test. Without a file, makes up a topic, so that the mail settings can be tested before there
 * is a file.
 */
function topicOf({ topic: id, config: file, stack }: SendTestOptions): TestTopic {
  if (id === undefined && stack === undefined && !existsSync(file))
    return { id: 'test', name: 'Test', timeZone: 'UTC' };
  const { config } = loadConfigFile(file, process.env);
  const [topic] = selectTopics(config.topics, id, file);
  const timeZone = topic.timeZone ?? config.timeZone ?? 'UTC';
  return { id: topic.id, name: topic.name, timeZone, ...(config.sms ? { sms: config.sms } : {}) };
}

function print(text: string): void {
  process.stdout.write(`${stripControls(text)}\n`);
}
