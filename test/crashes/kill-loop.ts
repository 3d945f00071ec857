import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFeedServer } from '../end-to-end/feed-server.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { crashClock, HOUR_MS, MINUTE_MS } from './crash-clock.ts';
import { FaultyMailServer, type MailServerFault } from './faulty-mail-server.ts';
import { FeedFixture } from './feed-fixture.ts';
import { type KillPlan, planKill } from './kill-plan.ts';
import { type MailVerdict, mailVerdictOn } from './mail-verdict.ts';
import { type ProcessRun, type RunOptions, startRun } from './process-run.ts';
import { PublishLog } from './publish-log.ts';
import {
  countWaitingMails,
  countWaitingMessages,
  type OpenClaim,
  type RemainingState,
  readRemainingState,
} from './remaining-state.ts';
import { LOAD_SCENARIO, QUIET_SCENARIO, type Scenario } from './scenario.ts';
import { type Verdict, verdictOn } from './verdict.ts';

/** What has been seen so far. */
export interface Progress {
  readonly kills: number;
  /** Kills before the process was ready. */
  readonly starting: number;
  /** Kills while a message was being worked on. */
  readonly working: number;
  /** Kills between the claim of an alert and its end. */
  readonly claiming: number;
  readonly items: number;
  readonly publishes: number;
  /** How long each start took, ms; without those that a kill came before. */
  readonly ready: readonly number[];
  /** What must not be, and shows before the end. */
  readonly faults: readonly string[];
}

export interface CrashRun extends Progress {
  /** Absent when the run was interrupted. */
  readonly verdict: Verdict | undefined;
  readonly mail: MailVerdict | undefined;
  /** How many tries met each fault of the mail server. */
  readonly mailFaults: ReadonlyMap<MailServerFault, number>;
  /** Where the data are, if there is something to be looked into. */
  readonly dataDir: string | undefined;
}

export interface CrashOptions {
  readonly kills: number;
  readonly seed: number;
  /** Few feeds and topics, or as many as a busy machine has at work at once. */
  readonly scene?: 'quiet' | 'load';
  readonly interrupted?: AbortSignal;
  /** How soon each start after a kill has to be ready, ms; without it, that is measured only. */
  readonly readyWithin?: number;
  readonly onKill?: (progress: Progress) => void;
}

const SCENARIOS = { quiet: QUIET_SCENARIO, load: LOAD_SCENARIO };
/** Longer than a start or the next poll takes on any machine. */
const TIMEOUT_MS = 20_000;
/** How long after a life everything that it can do by itself has been done. */
const SETTLING_MS = 20_000;
const MAX_SETTLING_RUNS = 5;

/** Kills local mode again and again while news comes in, lets it settle, and judges what subscribers were told. */
export async function killLoop(options: CrashOptions): Promise<CrashRun> {
  const { kills, seed, scene = 'quiet', interrupted, onKill } = options;
  const { killsOfFolder } = SCENARIOS[scene];
  let all: CrashRun | undefined;
  for (let done = 0; done < kills; done += killsOfFolder) {
    const before = all;
    const run = await killsOf({
      ...options,
      kills: Math.min(killsOfFolder, kills - done),
      seed: seed + done,
      onKill: (progress) => onKill?.(before ? together(before, progress) : progress),
    });
    all = before ? allOf(before, run) : run;
    if (run.faults.length > 0 || interrupted?.aborted) break;
  }
  if (!all) throw new RangeError(`expected a kill or more, got ${kills}`);
  return all;
}

function together(one: Progress, two: Progress): Progress {
  return {
    kills: one.kills + two.kills,
    starting: one.starting + two.starting,
    working: one.working + two.working,
    claiming: one.claiming + two.claiming,
    items: one.items + two.items,
    publishes: one.publishes + two.publishes,
    ready: [...one.ready, ...two.ready],
    faults: [...one.faults, ...two.faults],
  };
}

function allOf(one: CrashRun, two: CrashRun): CrashRun {
  const mailFaults = new Map(one.mailFaults);
  for (const [fault, times] of two.mailFaults) mailFaults.set(fault, (mailFaults.get(fault) ?? 0) + times);
  return {
    ...together(one, two),
    verdict: one.verdict && two.verdict && sumOf(one.verdict, two.verdict),
    mail: one.mail && two.mail && sumOf(one.mail, two.mail),
    mailFaults,
    dataDir: two.dataDir,
  };
}

/** Adds the numbers of two verdicts; their faults are among those of the runs. */
function sumOf<V extends object>(one: V, two: V): V {
  const sums = Object.entries(one).map(([name, value]) => {
    const other: unknown = two[name as keyof V];
    return [name, typeof value === 'number' ? value + Number(other) : [...value, ...(other as [])]];
  });
  return Object.fromEntries(sums) as V;
}

/** Kills on a data folder of its own. */
async function killsOf(options: CrashOptions): Promise<CrashRun> {
  const scene = options.scene ?? 'quiet';
  const feeds = await Promise.all(Array.from({ length: SCENARIOS[scene].feeds }, startFeedServer));
  const dataDir = mkdtempSync(join(tmpdir(), 'news-alerts-crash-'));
  const mailServer = new FaultyMailServer();
  await mailServer.start();
  const loop = new KillLoop({ dataDir, scene, feeds, epoch: Date.now(), mailServer }, options);
  let clean = false;
  try {
    const verdict = await loop.run();
    const progress = loop.progress();
    const mail = verdict && mailVerdictOn({ publishes: loop.publishes(), mails: mailServer.mails });
    const faults = [...progress.faults, ...(verdict?.faults ?? []), ...(mail?.faults ?? [])];
    clean = faults.length === 0;
    return {
      ...progress,
      faults,
      verdict,
      mail,
      mailFaults: mailServer.met,
      dataDir: clean ? undefined : dataDir,
    };
  } finally {
    await loop.end();
    await Promise.all([...feeds.map((feed) => feed.stop()), mailServer.stop()]);
    if (clean) rmSync(dataDir, { recursive: true });
  }
}

class KillLoop {
  readonly #around: RunOptions;
  readonly #options: CrashOptions;
  readonly #scene: Scenario;
  readonly #interrupted: AbortSignal;
  readonly #newsstand: FeedFixture;
  readonly #ledger: PublishLog;
  readonly #openClaims: OpenClaim[] = [];
  readonly #ready: number[] = [];
  #starts = 0;
  readonly #faults = new Set<string>();
  readonly #count = { kills: 0, starting: 0, working: 0, claiming: 0 };
  /** Of the clock, between lives. */
  #skipped = 0;
  #life: ProcessRun | undefined;
  #flow: NodeJS.Timeout | undefined;

  constructor(around: RunOptions, options: CrashOptions) {
    this.#around = around;
    this.#options = options;
    this.#interrupted = options.interrupted ?? new AbortController().signal;
    // News has a source of chance of its own: how it is drawn must not depend on how kills are.
    this.#scene = SCENARIOS[around.scene];
    this.#newsstand = new FeedFixture(seededRandom(options.seed + 1), around.feeds, this.#scene.topics);
    this.#ledger = new PublishLog(around.dataDir);
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
      owed: this.#newsstand.owed(),
      publishes: this.#ledger.publishes(),
      openClaims: this.#openClaims,
      left,
    });
  }

  progress(): Progress {
    return {
      ...this.#count,
      items: this.#newsstand.items,
      publishes: this.#ledger.publishes().length,
      ready: this.#ready,
      faults: [...this.#faults],
    };
  }

  publishes() {
    return this.#ledger.publishes();
  }

  async end(): Promise<void> {
    await this.#life?.end('SIGKILL');
  }

  async #firstPoll(): Promise<void> {
    const life = this.#start(0);
    await this.#within(TIMEOUT_MS, life.ready);
    await this.#unchanged(TIMEOUT_MS);
    await this.#endLife('SIGTERM');
  }

  /** False if there is no point in going on. */
  async #kill(plan: KillPlan): Promise<boolean> {
    const { aim, gap, articles, newsAfter } = plan;
    const { lives, patience } = this.#scene;
    const delay = lives * plan.delay;
    const { mailServer } = this.#around;
    await mailServer.fail(plan.mailFault);
    let mailWorks: NodeJS.Timeout | undefined;
    if (newsAfter === undefined) this.#newsstand.publish(articles);
    let polled = this.#newsstand.asked();
    const life = this.#start(gap);
    this.#flow = this.#flowing();
    if (aim === 'start') await this.#pause(delay);
    else {
      await this.#within(TIMEOUT_MS, life.ready);
      mailWorks = setTimeout(() => void mailServer.fail('none'), plan.mailWorksAfter);
      const mailed = mailServer.asked();
      if (newsAfter !== undefined) {
        await this.#pause(newsAfter);
        this.#newsstand.publish(articles);
        polled = this.#newsstand.asked();
      }
      if (aim === 'poll') await this.#within(TIMEOUT_MS, polled);
      if (aim === 'publish') await this.#within((patience * TIMEOUT_MS) / 10, life.published);
      if (aim === 'mail') await this.#within((patience * TIMEOUT_MS) / 20, mailed);
      await this.#pause(delay);
    }
    const how = await this.#endLife('SIGKILL');
    clearTimeout(mailWorks);
    if (this.#interrupted.aborted) return false;
    // Ctrl-C reaches every process of a terminal, this one perhaps a moment later.
    if (how === 'SIGINT') return false;
    if (how !== 'SIGKILL') {
      this.#faults.add(`the process ended by itself with ${how}`);
      return false;
    }
    if (aim !== 'start' && life.readyAfter() === undefined) {
      this.#faults.add(`the process was not ready within ${TIMEOUT_MS / 1000} s`);
      return false;
    }
    const { openClaims, inFlight } = await this.#takeStock();
    this.#openClaims.push(...openClaims);
    this.#count.kills++;
    if (life.readyAfter() === undefined) this.#count.starting++;
    if (inFlight > 0) this.#count.working++;
    if (openClaims.length > 0) this.#count.claiming++;
    return true;
  }

  /**
   * Lives that are not killed, an hour and then a day after the last, so that digests and round-ups are due and leases
   * over. What waits for
   * its visibility timeout, which no clock of ours shortens, comes back with the next start.
   */
  async #settle(): Promise<RemainingState> {
    let left: RemainingState | undefined;
    await this.#around.mailServer.fail('none');
    for (let n = 0; n < MAX_SETTLING_RUNS && !this.#interrupted.aborted; n++) {
      const life = this.#start(n < 2 ? 'hour' : 24 * HOUR_MS);
      await this.#within(TIMEOUT_MS, life.ready);
      await this.#unchanged(SETTLING_MS);
      await this.#until(
        SETTLING_MS * this.#scene.patience,
        () =>
          countWaitingMessages(this.#around.dataDir) === 0 && countWaitingMails(this.#around.dataDir) === 0,
      );
      const how = await this.#endLife('SIGTERM');
      if (how !== 0 && !this.#interrupted.aborted)
        this.#faults.add(`the process was to stop, and ended with ${how}`);
      left = await this.#takeStock();
      const told = this.#told();
      const all = this.#newsstand.owed().every(({ titles }) => [...titles].every((title) => told.has(title)));
      if (all && left.openClaims.length + left.digestEntries === 0) break;
    }
    return left ?? { openClaims: [], digestEntries: 0, inFlight: 0, dead: [] };
  }

  #start(gap: KillPlan['gap']): ProcessRun {
    const now = crashClock(this.#around.epoch, this.#skipped)();
    this.#skipped += gap === 'hour' ? HOUR_MS - (now % HOUR_MS) + 2 * MINUTE_MS : gap;
    this.#starts++;
    this.#life = startRun(this.#around, this.#skipped);
    return this.#life;
  }

  /** Lets items come at the rate of the scene. */
  #flowing(): NodeJS.Timeout | undefined {
    const { rate, matching } = this.#scene;
    if (rate === 0) return undefined;
    const perMatch = Math.round(1 / matching);
    return setInterval(
      () => {
        this.#newsstand.publish(1);
        this.#newsstand.publishOther(perMatch - 1);
      },
      (1000 * perMatch) / rate,
    );
  }

  async #endLife(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | NodeJS.Signals> {
    clearInterval(this.#flow);
    const life = this.#life;
    if (!life) throw new TypeError('there is no process to end');
    const how = await life.end(signal);
    this.#life = undefined;
    const readyAfter = life.readyAfter();
    if (readyAfter !== undefined) {
      this.#ready.push(readyAfter);
      const { readyWithin = Number.POSITIVE_INFINITY } = this.#options;
      // The first is no start after a kill: it makes the data, and reads a program that no cache holds yet.
      if (this.#starts > 1 && readyAfter > readyWithin) {
        this.#faults.add(`start ${this.#starts} took ${readyAfter.toFixed(0)} ms, more than ${readyWithin}`);
      }
    }
    for (const line of life.trouble()) this.#faults.add(`the process printed: ${line}`);
    return how;
  }

  /** Between two lives. */
  async #takeStock(): Promise<RemainingState> {
    this.#ledger.collect();
    for (const id of this.#ledger.forgotten) this.#faults.add(`the outbox has forgotten the publish ${id}`);
    const left = readRemainingState(this.#around.dataDir);
    for (const dead of left.dead) this.#faults.add(`a message went to a dead-letter queue: ${dead}`);
    const told = this.#told();
    this.#newsstand.dropOld((title) => told.has(title));
    return left;
  }

  #told(): ReadonlySet<string> {
    return new Set(
      this.#ledger.publishes().flatMap(({ alert }) => alert?.entries.map(({ title }) => title) ?? []),
    );
  }

  /** Until every feed has answered twice that it has not changed. */
  async #unchanged(ms: number): Promise<void> {
    const before = this.#newsstand.unchanged();
    await this.#until(ms, () =>
      this.#newsstand.unchanged().every((count, n) => count >= (before[n] ?? 0) + 2),
    );
  }

  async #until(ms: number, holds: () => boolean): Promise<void> {
    for (const end = Date.now() + ms; Date.now() < end && !this.#interrupted.aborted && !holds(); ) {
      await this.#pause(50);
    }
  }

  /** Gives up after so many ms, or when the process ends. */
  async #within(ms: number, moment: Promise<void>): Promise<void> {
    await Promise.race([moment, this.#life?.ended, this.#pause(ms)]);
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#interrupted, ref: false }).catch(() => undefined);
  }
}
