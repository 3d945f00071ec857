import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { freePort } from '../helpers/free-port.ts';

const root = join(import.meta.dirname, '../..');

/** A mail, as the emulator of SES has kept it. */
export interface SentMail {
  readonly Source: string;
  readonly To: readonly string[];
  readonly Subject: string;
  readonly BodyText: string;
  readonly BodyHtml: string;
}

/** AWS on loopback, which runs functions as processes of this machine, with no Docker. */
export interface Emulator {
  /** Environment variables that direct programs to the emulator instead of AWS. */
  readonly env: Readonly<Record<string, string>>;
  /** Returns the emulator's address for one below a function URL, whose host exists only on AWS. */
  functionUrl(address: string): string;
  /** Returns the texts of the SMS that were sent to a number without a subscription. */
  smsTo(number: string): Promise<readonly string[]>;
  /** Returns the mails that SES has sent to an address. */
  mailsTo(address: string): Promise<readonly SentMail[]>;
  /** Returns the output of the emulator so far. */
  log(): string;
  stop(): Promise<void>;
}

/** `folder`: where it works; also the home of all programs, which cache what they know of an account there. */
export async function startEmulator(folder: string): Promise<Emulator> {
  const port = String(await freePort());
  const home = {
    HOME: folder,
    // Functions run on the Node that the path names first: the one that deploys.
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  };
  const child = spawn(join(root, '.ministack/bin/ministack'), {
    cwd: folder,
    env: {
      ...home,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: port,
      LAMBDA_EXECUTOR: 'local',
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log += chunk;
    });
  }
  const url = `http://127.0.0.1:${port}`;
  await answered(`${url}/_ministack/health`, child, () => log);
  return {
    env: {
      ...home,
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    functionUrl(address) {
      const { hostname, pathname, search } = new URL(address);
      return `${url}/_aws/lambda-url/${hostname.split('.')[0]}${pathname}${search}`;
    },
    async smsTo(number) {
      const query = new URLSearchParams({ phoneNumber: number });
      const response = await fetch(`${url}/_ministack/sns/sms-messages?${query}`);
      const { sms_messages: byNumber } = (await response.json()) as {
        sms_messages: Record<string, { Message: string }[]>;
      };
      return (byNumber[number] ?? []).map(({ Message }) => Message);
    },
    async mailsTo(address) {
      const response = await fetch(`${url}/_ministack/ses/messages`);
      const { messages } = (await response.json()) as { messages: Record<string, SentMail[]> };
      return Object.values(messages)
        .flat()
        .filter(({ To }) => To.includes(address));
    },
    log: () => log,
    async stop() {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill();
      await ended;
    },
  };
}

const START_WITHIN_MS = 60_000;

async function answered(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const until = Date.now() + START_WITHIN_MS;
  while (Date.now() < until && child.exitCode === null) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`expected the emulator to answer within a minute, got:\n${log()}`);
}
