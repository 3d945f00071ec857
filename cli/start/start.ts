import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type LoadedConfig, loadConfigFile, parseConfig } from '../../config/load.ts';
import { LOOPBACK_NOTE } from '../../config/warnings.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { environment } from '../../functions/shared/pipeline.ts';
import { count, plural } from '../../functions/shared/text/count.ts';
import { fastClock } from '../../local/clock.ts';
import { lockFolder } from '../../local/data-folder/folder-lock.ts';
import { demoConfig } from '../../local/demo/demo-config.ts';
import { startNewsroom } from '../../local/demo/newsroom.ts';
import { ConfigInputs, type ConfigWatch, watchConfig } from '../../local/reload/watch-config.ts';
import { type DeliverySummary, type Session, startSession } from '../../local/session.ts';
import { unsetSecrets } from '../../local/unset-secrets.ts';
import { createPage } from '../../web/app.ts';
import { interruptSignal, whenAborted } from '../shared/interrupt.ts';
import { printBrokenTopics } from '../shared/print-broken-topics.ts';
import { publicUrl } from '../shared/public-url.ts';

export interface StartOptions {
  readonly config: string;
  readonly demo: boolean;
  /** Whether the demo is shown if no feed can be reached and there is no earlier news. */
  readonly demoIfOffline: boolean;
  readonly port: number;
  /** Port for the pushes of WebSub hubs. */
  readonly pushPort: number;
  /** Port of the sign-up page. */
  readonly signupPort: number;
  readonly data: string;
  /** Whether feeds on this machine are also read. The demo always reads its own. */
  readonly loopbackFeeds: boolean;
}

/** Speed of the demo's clock, as a multiple of real time. */
const DEMO_SPEED = 30;

/** Runs `start`: the whole pipeline on this machine, until interrupted. Ends the process. */
export async function start(options: StartOptions): Promise<void> {
  try {
    await run(options);
    // Abandoned requests to servers that hang would keep the process alive until their deadline.
    process.exit(0);
  } catch (error) {
    if (!(error instanceof NewsAlertsError)) throw error;
    // Anything that was started before the failure would keep the process alive.
    console.error(error.message);
    process.exit(1);
  }
}

async function run(options: StartOptions): Promise<void> {
  const interrupted = interruptSignal();
  if (options.demo) {
    await demo(options, interrupted);
  } else {
    const inputs = new ConfigInputs(options.config, process.env);
    const loaded = loadConfigFile(options.config, process.env);
    const pushUrl = publicUrl(environment.pushUrl, process.env);
    const signupUrl = publicUrl(environment.signupUrl, process.env);
    for (const warning of [...loaded.warnings, ...unsetSecrets(loaded)])
      if (!options.loopbackFeeds || !warning.endsWith(LOOPBACK_NOTE)) console.error(`note: ${warning}`);
    printBrokenTopics(loaded);
    const edits = {
      configFile: options.config,
      environment: () => inputs.environment(),
      applyConfig: async (): Promise<void> => watch?.applyNow(),
    };
    let watch: ConfigWatch | undefined;
    const started = await startSession({
      loaded,
      page: createPage,
      edits,
      configFault: () => watch?.fault(),
      dataDir: options.data,
      port: options.port,
      clock: Date.now,
      loopbackFeeds: options.loopbackFeeds,
      ...(pushUrl === undefined ? {} : { push: { url: pushUrl, port: options.pushPort } }),
      signup: { url: signupUrl, port: options.signupPort },
    });
    for (const hint of startHints(loaded, signupUrl, process.env)) console.error(`note: ${hint}`);
    const { reload } = started;
    watch = watchConfig({ file: options.config, loaded, inputs, reload, say: console.error });
    const session: Session = {
      ...started,
      stop: async () => {
        await watch?.stop();
        return started.stop();
      },
    };
    const offline = await Promise.race([
      session.offline,
      whenAborted(interrupted).then(() => false),
      session.failed.then(() => false),
    ]);
    if (offline && options.demoIfOffline && !(await session.hasHistory())) {
      console.error(
        '\nNo feed can be reached, and there is no earlier news to show. Is this machine connected to a network?\n' +
          'Here is the demo newsroom instead. Once you are connected, press Ctrl-C and run `npm start` again.\n',
      );
      await session.stop();
      await demo(options, interrupted);
    } else {
      if (offline)
        console.error(
          'No feed can be reached. Is this machine connected to a network? Every feed will be tried again.',
        );
      console.error(deliverySummaryText(await untilInterrupted(session, interrupted)));
    }
  }
}

/** Returns what readers will not get with the settings as they are. */
function startHints(
  { subscriptions, config }: LoadedConfig,
  signupUrl: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const hasMailServer = Boolean(env.NEWS_ALERTS_SMTP_URL);
  if (!hasMailServer && (config.signup || subscriptions.some(({ protocol }) => protocol === 'email')))
    return ['emails are only shown here, since NEWS_ALERTS_SMTP_URL names no mail server (docs/email.md)'];
  return hasMailServer && config.signup && signupUrl === undefined
    ? ['links in emails work on this machine only, since NEWS_ALERTS_SIGNUP_URL is not set (docs/sign-up.md)']
    : [];
}

/** Runs the demo until interrupted. Deletes the data of the last demo, since the newsroom starts over on every run. */
async function demo(options: StartOptions, interrupted: AbortSignal): Promise<void> {
  const dataDir = join(options.data, 'demo');
  if (hasOtherFiles(dataDir)) {
    throw new NewsAlertsError(
      `${dataDir}: expected an empty folder or the data of an earlier demo, got other files; name another folder with --data`,
    );
  }
  // Another demo may be running there.
  lockFolder(dataDir).release();
  rmSync(dataDir, { recursive: true, force: true });
  const clock = fastClock(DEMO_SPEED);
  console.error(
    `DEMO: invented news from a newsroom on this machine; a minute takes ${60 / DEMO_SPEED} seconds. Nothing is sent to anybody.`,
  );
  const newsroom = await startNewsroom({ clock });
  try {
    const loaded: LoadedConfig = parseConfig(demoConfig(newsroom.url), 'the demo', {});
    const session = await startSession({
      loaded,
      dataDir,
      port: options.port,
      clock,
      speed: DEMO_SPEED,
      demo: true,
      page: createPage,
      loopbackFeeds: true,
    });
    await untilInterrupted(session, interrupted);
  } finally {
    await newsroom.stop();
  }
}

/**
 * Returns whether a folder has files that do not come from a demo. Returns false when the folder cannot be read: locking
 * it then reports the reason.
 */
function hasOtherFiles(folder: string): boolean {
  try {
    const names = readdirSync(folder);
    return names.length > 0 && !names.includes('lock');
  } catch {
    return false;
  }
}

async function untilInterrupted(session: Session, interrupted: AbortSignal): Promise<DeliverySummary> {
  const failure = await Promise.race([whenAborted(interrupted), session.failed]);
  if (failure) throw failure;
  console.error('\nStopping after the work under way (press Ctrl-C again to stop at once)…');
  const summary = await session.stop();
  console.error('Stopped.');
  return summary;
}

/** Returns what happens to the unsent emails, SMS and chat messages after the session. */
export function deliverySummaryText({
  waiting,
  reason,
  hasMailServer,
  failed,
  sms,
  chat,
}: DeliverySummary): string {
  const [mails, go, are] =
    waiting === 1
      ? ['1 email waits', 'goes', '1 email is']
      : [`${waiting} emails wait`, 'go', `${waiting} emails are`];
  let rest = 'the next start continues from here.';
  if (waiting > 0 && hasMailServer) {
    rest =
      reason === undefined
        ? `${are} not sent yet; the next start sends ${waiting === 1 ? 'it' : 'them'} (see \`news-alerts alerts list\`).`
        : `${mails} for the mail server (${reason}) and ${go} out after the next start, once the server accepts mail again.`;
  } else if (waiting > 0) rest = `${mails} until NEWS_ALERTS_SMTP_URL is set.`;
  if (sms.waiting > 0) {
    rest += ` ${count(sms.waiting, 'SMS is', 'SMS are')} not sent yet; a start within an hour of the alert sends ${plural(sms.waiting, 'it', 'them')}.`;
  }
  if (chat.waiting > 0) {
    rest += ` ${count(chat.waiting, 'chat message is', 'chat messages are')} not sent yet; a start within a day of the alert sends ${plural(chat.waiting, 'it', 'them')}.`;
  }
  const failures = [
    ...(failed > 0 ? [count(failed, 'email')] : []),
    ...(sms.failed > 0 ? [count(sms.failed, 'SMS', 'SMS')] : []),
    ...(chat.failed > 0 ? [count(chat.failed, 'chat message')] : []),
  ];
  if (failures.length === 0) return `Nothing is lost: ${rest}`;
  return `${failures.join(' and ')} could not be delivered; \`news-alerts alerts list\` shows why. Nothing else is lost: ${rest}`;
}
