import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { priceOf } from '../../local/sms/sms-price.ts';
import { readSmsSpend, smsSpendFile } from '../../local/sms/sms-spend.ts';
import { startFeedServer } from '../end-to-end/feed-server.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { listenForSms, type SnsAnswer, THROTTLED } from '../local/sms/sns-stand-in.ts';
import { type ChatVerdict, chatVerdictOn } from './chat-verdict.ts';
import { crashClock, HOUR_MS, MINUTE_MS } from './crash-clock.ts';
import { FaultyMailServer, type MailServerFault } from './faulty-mail-server.ts';
import { FaultyWebhook } from './faulty-webhook.ts';
import { FeedFixture } from './feed-fixture.ts';
import { type KillPlan, planKill } from './kill-plan.ts';
import { type MailVerdict, mailVerdictOn } from './mail-verdict.ts';
import { type ProcessRun, type RunOptions, startRun } from './process-run.ts';
import { PublishLog } from './publish-log.ts';
import {
  countWaitingDeliveries,
  countWaitingMessages,
  type OpenClaim,
  type RemainingState,
  readRemainingState,
} from './remaining-state.ts';
import { LOAD_SCENARIO, QUIET_SCENARIO, type Scenario, SMS_NUMBER } from './scenario.ts';
import { type SmsVerdict, smsVerdictOn } from './sms-verdict.ts';
import { type Verdict, verdictOn } from './verdict.ts';

/** The results so far. */
interface Progress {
  readonly kills: number;
  /** Kills before the process was ready. */
  readonly starting: number;
  /** Kills while a message was being worked on. */
  readonly working: number;
  /** Kills between the claim of an alert and its end. */
  readonly claiming: number;
  readonly items: number;
  readonly publishes: number;
  /** Duration of each start, ms, without starts that were killed. */
  readonly ready: readonly number[];
  /** Violations found before the end. */
  readonly faults: readonly string[];
}

export interface CrashRun extends Progress {
  /** Absent when the run was interrupted. */
  readonly verdict: Verdict | undefined;
  readonly mail: MailVerdict | undefined;
  readonly sms: SmsVerdict | undefined;
  readonly chat: ChatVerdict | undefined;
  /** Number of attempts that each fault of the mail server failed. */
  readonly mailFaults: ReadonlyMap<MailServerFault, number>;
  /** The data folder; undefined if there are no faults. */
  readonly dataDir: string | undefined;
}

export interface CrashOptions {
  readonly kills: number;
  readonly seed: number;
  /** Few feeds and topics, or the load of a busy machine. */
  readonly scenario?: 'quiet' | 'load';
  readonly interrupted?: AbortSignal;
  /** Maximum time for a start after a kill, ms. By default it is only measured. */
  readonly readyWithin?: number;
  readonly onKill?: (progress: Progress) => void;
}

const SCENARIOS = { quiet: QUIET_SCENARIO, load: LOAD_SCENARIO };
/** Time limit for a trigger, ms: longer than a start or the next poll takes on any machine. */
const TIMEOUT_MS = 20_000;
/** After this long, a process has done all it can without further input. */
const SETTLING_MS = 20_000;
const MAX_SETTLING_RUNS = 5;
/** Longer than an answer of SNS, so kills meet calls. */
const SMS_DELAY_MS = 100;
const SMS_ANSWERS: readonly SnsAnswer[] = ['ok', 'ok', THROTTLED, 'ok', 'reset', 'ok', 'ok'];

/** Kills local mode again and again while news comes in, lets it settle, and checks what subscribers received. */
export async function killLoop(options: CrashOptions): Promise<CrashRun> {
  const { kills, seed, scenario = 'quiet', interrupted, onKill } = options;
  const { killsPerFolder } = SCENARIOS[scenario];
  let all: CrashRun | undefined;
  for (let done = 0; done < kills; done += killsPerFolder) {
    const earlier = all;
    const run = await killsInFolder({
      ...options,
      kills: Math.min(killsPerFolder, kills - done),
      seed: seed + done,
      onKill: (progress) => onKill?.(earlier ? addProgress(earlier, progress) : progress),
    });
    all = earlier ? addRuns(earlier, run) : run;
    if (run.faults.length > 0 || interrupted?.aborted) break;
  }
  if (!all) throw new RangeError(`expected a kill or more, got ${kills}`);
  return all;
}

function addProgress(a: Progress, b: Progress): Progress {
  return {
    kills: a.kills + b.kills,
    starting: a.starting + b.starting,
    working: a.working + b.working,
    claiming: a.claiming + b.claiming,
    items: a.items + b.items,
    publishes: a.publishes + b.publishes,
    ready: [...a.ready, ...b.ready],
    faults: [...a.faults, ...b.faults],
  };
}

function addRuns(a: CrashRun, b: CrashRun): CrashRun {
  const mailFaults = new Map(a.mailFaults);
  for (const [fault, times] of b.mailFaults) mailFaults.set(fault, (mailFaults.get(fault) ?? 0) + times);
  return {
    ...addProgress(a, b),
    verdict: a.verdict && b.verdict && addNumbers(a.verdict, b.verdict),
    mail: a.mail && b.mail && addNumbers(a.mail, b.mail),
    sms: a.sms && b.sms && addNumbers(a.sms, b.sms),
    chat: a.chat && b.chat && addNumbers(a.chat, b.chat),
    mailFaults,
    dataDir: b.dataDir,
  };
}

/** Adds the numbers of two verdicts and joins their lists. */
function addNumbers<V extends object>(a: V, b: V): V {
  const sums = Object.entries(a).map(([name, value]) => {
    const other: unknown = b[name as keyof V];
    return [name, typeof value === 'number' ? value + Number(other) : [...value, ...(other as [])]];
  });
  return Object.fromEntries(sums) as V;
}

/** Runs kills in a new data folder. */
async function killsInFolder(options: CrashOptions): Promise<CrashRun> {
  const scenario = options.scenario ?? 'quiet';
  const feeds = await Promise.all(Array.from({ length: SCENARIOS[scenario].feeds }, startFeedServer));
  const dataDir = mkdtempSync(join(tmpdir(), 'news-alerts-crash-'));
  const mailServer = new FaultyMailServer();
  await mailServer.start();
  const webhook = new FaultyWebhook();
  await webhook.start();
  const sns = await listenForSms();
  sns.delay = SMS_DELAY_MS;
  // SNS fails in turn, also while a new process sends what waited.
  sns.answer = () => SMS_ANSWERS[sns.received.length % SMS_ANSWERS.length] ?? 'ok';
  const loop = new KillLoop(
    { dataDir, scenario, feeds, epoch: Date.now(), mailServer, sns, webhook },
    options,
  );
  let clean = false;
  try {
    const verdict = await loop.run();
    const progress = loop.progress();
    const mail = verdict && mailVerdictOn({ publishes: loop.publishes(), mails: mailServer.mails });
    const sms =
      verdict &&
      smsVerdictOn({
        publishes: loop.publishes(),
        received: sns.received,
        spent: readSmsSpend(smsSpendFile(dataDir), Date.now()),
        price: priceOf(SMS_NUMBER, 'x', {}),
      });
    const chat = verdict && chatVerdictOn({ publishes: loop.publishes(), posts: webhook.posts });
    const faults = [
      ...progress.faults,
      ...(verdict?.faults ?? []),
      ...(mail?.faults ?? []),
      ...(sms?.faults ?? []),
      ...(chat?.faults ?? []),
    ];
    clean = faults.length === 0;
    return {
      ...progress,
      faults,
      verdict,
      mail,
      sms,
      chat,
      mailFaults: mailServer.failedAttempts,
      dataDir: clean ? undefined : dataDir,
    };
  } finally {
    await loop.end();
    await Promise.all([...feeds.map((feed) => feed.stop()), mailServer.stop(), sns.stop(), webhook.stop()]);
    if (clean) rmSync(dataDir, { recursive: true });
  }
}

class KillLoop {
  readonly #runOptions: RunOptions;
  readonly #options: CrashOptions;
  readonly #scenario: Scenario;
  readonly #interrupted: AbortSignal;
  readonly #feeds: FeedFixture;
  readonly #log: PublishLog;
  readonly #openClaims: OpenClaim[] = [];
  readonly #ready: number[] = [];
  #starts = 0;
  readonly #faults = new Set<string>();
  readonly #count = { kills: 0, starting: 0, working: 0, claiming: 0 };
  /** Time on the clock during which no process ran, ms. */
  #skipped = 0;
  #run: ProcessRun | undefined;
  #itemTimer: NodeJS.Timeout | undefined;

  constructor(runOptions: RunOptions, options: CrashOptions) {
    this.#runOptions = runOptions;
    this.#options = options;
    this.#interrupted = options.interrupted ?? new AbortController().signal;
    // News has its own random numbers, so it does not depend on how many numbers the kills use.
    this.#scenario = SCENARIOS[runOptions.scenario];
    this.#feeds = new FeedFixture(seededRandom(options.seed + 1), runOptions.feeds, this.#scenario.topics);
    this.#log = new PublishLog(runOptions.dataDir);
  }

  async run(): Promise<Verdict | undefined> {
    const random = seededRandom(this.#options.seed);
    await this.#firstPoll();
    for (let n = 0; n < this.#options.kills && !this.#interrupted.aborted; n++) {
      if (!(await this.#kill(planKill(random)))) break;
      this.#options.onKill?.(this.progress());
    }
    const left = await this.#settle();
    if (this.#interrupted.aborted) return undefined;
    return verdictOn({
      expected: this.#feeds.expected(),
      publishes: this.#log.publishes(),
      openClaims: this.#openClaims,
      left,
    });
  }

  progress(): Progress {
    return {
      ...this.#count,
      items: this.#feeds.items,
      publishes: this.#log.publishes().length,
      ready: this.#ready,
      faults: [...this.#faults],
    };
  }

  publishes() {
    return this.#log.publishes();
  }

  async end(): Promise<void> {
    await this.#run?.end('SIGKILL');
  }

  async #firstPoll(): Promise<void> {
    const run = this.#start(0);
    await this.#waitFor(TIMEOUT_MS, run.ready);
    await this.#waitForUnchangedFeeds(TIMEOUT_MS);
    await this.#endRun('SIGTERM');
  }

  /** Runs and kills the process once. Returns false if the loop should stop. */
  async #kill(plan: KillPlan): Promise<boolean> {
    const { trigger, gap, articles, newsAfter } = plan;
    const { delayFactor, timeoutFactor } = this.#scenario;
    const delay = delayFactor * plan.delay;
    const { mailServer } = this.#runOptions;
    await mailServer.fail(plan.mailFault);
    let mailWorks: NodeJS.Timeout | undefined;
    if (newsAfter === undefined) this.#feeds.publish(articles);
    let requested = this.#feeds.request();
    const run = this.#start(gap);
    this.#itemTimer = this.#startItems();
    if (trigger === 'start') await this.#pause(delay);
    else {
      await this.#waitFor(TIMEOUT_MS, run.ready);
      mailWorks = setTimeout(() => void mailServer.fail('none'), plan.mailWorksAfter);
      const connected = mailServer.connection();
      if (newsAfter !== undefined) {
        await this.#pause(newsAfter);
        this.#feeds.publish(articles);
        requested = this.#feeds.request();
      }
      if (trigger === 'poll') await this.#waitFor(TIMEOUT_MS, requested);
      if (trigger === 'publish') await this.#waitFor((timeoutFactor * TIMEOUT_MS) / 10, run.published);
      if (trigger === 'mail') await this.#waitFor((timeoutFactor * TIMEOUT_MS) / 20, connected);
      await this.#pause(delay);
    }
    const how = await this.#endRun('SIGKILL');
    clearTimeout(mailWorks);
    if (this.#interrupted.aborted) return false;
    // Ctrl-C reaches all processes of a terminal, perhaps this one a moment later.
    if (how === 'SIGINT') return false;
    if (how !== 'SIGKILL') {
      this.#faults.add(`the process ended by itself with ${how}`);
      return false;
    }
    if (trigger !== 'start' && run.readyAfter() === undefined) {
      this.#faults.add(`the process was not ready within ${TIMEOUT_MS / 1000} s`);
      return false;
    }
    const { openClaims, inFlight } = await this.#collectState();
    this.#openClaims.push(...openClaims);
    this.#count.kills++;
    if (run.readyAfter() === undefined) this.#count.starting++;
    if (inFlight > 0) this.#count.working++;
    if (openClaims.length > 0) this.#count.claiming++;
    return true;
  }

  /**
   * Runs the process without kills, an hour and then a day after the last run, so digests and round-ups are due and leases have
   * ended. Messages that wait for their visibility timeout, which does not follow our clock, come back with the next start.
   */
  async #settle(): Promise<RemainingState> {
    let left: RemainingState | undefined;
    await this.#runOptions.mailServer.fail('none');
    for (let n = 0; n < MAX_SETTLING_RUNS && !this.#interrupted.aborted; n++) {
      const run = this.#start(n < 2 ? 'hour' : 24 * HOUR_MS);
      await this.#waitFor(TIMEOUT_MS, run.ready);
      await this.#waitForUnchangedFeeds(SETTLING_MS);
      await this.#until(
        SETTLING_MS * this.#scenario.timeoutFactor,
        () =>
          countWaitingMessages(this.#runOptions.dataDir) === 0 &&
          countWaitingDeliveries(this.#runOptions.dataDir) === 0,
      );
      const how = await this.#endRun('SIGTERM');
      if (how !== 0 && !this.#interrupted.aborted)
        this.#faults.add(`expected the process to stop, but it ended with ${how}`);
      left = await this.#collectState();
      const delivered = this.#deliveredTitles();
      const all = this.#feeds
        .expected()
        .every(({ titles }) => [...titles].every((title) => delivered.has(title)));
      if (all && left.openClaims.length + left.digestEntries === 0) break;
    }
    return left ?? { openClaims: [], digestEntries: 0, inFlight: 0, dead: [] };
  }

  #start(gap: KillPlan['gap']): ProcessRun {
    const now = crashClock(this.#runOptions.epoch, this.#skipped)();
    this.#skipped += gap === 'hour' ? HOUR_MS - (now % HOUR_MS) + 2 * MINUTE_MS : gap;
    this.#starts++;
    this.#run = startRun(this.#runOptions, this.#skipped);
    return this.#run;
  }

  /** Publishes items at the rate of the scenario. */
  #startItems(): NodeJS.Timeout | undefined {
    const { rate, matching } = this.#scenario;
    if (rate === 0) return undefined;
    const perMatch = Math.round(1 / matching);
    return setInterval(
      () => {
        this.#feeds.publish(1);
        this.#feeds.publishOther(perMatch - 1);
      },
      (1000 * perMatch) / rate,
    );
  }

  async #endRun(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | NodeJS.Signals> {
    clearInterval(this.#itemTimer);
    const run = this.#run;
    if (!run) throw new TypeError('there is no process to end');
    const how = await run.end(signal);
    this.#run = undefined;
    const readyAfter = run.readyAfter();
    if (readyAfter !== undefined) {
      this.#ready.push(readyAfter);
      const { readyWithin = Number.POSITIVE_INFINITY } = this.#options;
      // The first start does not follow a kill. It creates the data and reads the program into the cache.
      if (this.#starts > 1 && readyAfter > readyWithin) {
        this.#faults.add(`start ${this.#starts} took ${readyAfter.toFixed(0)} ms, more than ${readyWithin}`);
      }
    }
    for (const line of run.unexpectedOutput()) this.#faults.add(`the process printed: ${line}`);
    return how;
  }

  /** Reads the state between two runs. */
  async #collectState(): Promise<RemainingState> {
    this.#log.collect();
    for (const id of this.#log.lost) this.#faults.add(`the outbox has lost the publish ${id}`);
    const left = readRemainingState(this.#runOptions.dataDir);
    for (const dead of left.dead) this.#faults.add(`a message went to a dead-letter queue: ${dead}`);
    const delivered = this.#deliveredTitles();
    this.#feeds.dropOld((title) => delivered.has(title));
    return left;
  }

  #deliveredTitles(): ReadonlySet<string> {
    return new Set(
      this.#log.publishes().flatMap(({ alert }) => alert?.entries.map(({ title }) => title) ?? []),
    );
  }

  /** Waits until every feed has answered "not modified" twice. */
  async #waitForUnchangedFeeds(ms: number): Promise<void> {
    const before = this.#feeds.unchanged();
    await this.#until(ms, () => this.#feeds.unchanged().every((count, n) => count >= (before[n] ?? 0) + 2));
  }

  async #until(ms: number, holds: () => boolean): Promise<void> {
    for (const end = Date.now() + ms; Date.now() < end && !this.#interrupted.aborted && !holds(); ) {
      await this.#pause(50);
    }
  }

  /** Waits for an event, but at most `ms`, and not after the end of the process. */
  async #waitFor(ms: number, event: Promise<void>): Promise<void> {
    await Promise.race([event, this.#run?.ended, this.#pause(ms)]);
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#interrupted, ref: false }).catch(() => undefined);
  }
}
