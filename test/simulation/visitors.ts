import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import { snsSubscribing } from '../../functions/shared/aws/sns-subscribing.ts';
import type { Contact, PipelineConfig } from '../../functions/shared/model.ts';
import { DAILY_VALUE, signup } from '../../functions/shared/pipeline.ts';
import { choiceOf, subscriberFilter } from '../../functions/shared/subscriber-filter.ts';
import { subscriberId } from '../../functions/shared/subscriber-id.ts';
import { type SignupDeps, signupStores } from '../../functions/signup/deps.ts';
import { LIMITS } from '../../functions/signup/limits.ts';
import {
  chooseDaily,
  chooseTopics,
  muteStories,
  pause,
  settleDue,
  stopEverything,
} from '../../functions/signup/manage.ts';
import { readSettings } from '../../functions/signup/settings.ts';
import { type SignUpResult, signUpByEmail, subscribe } from '../../functions/signup/sign-up.ts';
import { sendCode, useCode } from '../../functions/signup/sms-code.ts';
import type { SeededRandom } from '../helpers/seeded-random.ts';
import { SDK_OPTIONS } from './aws/sdk-options.ts';
import type { MemorySns, MemorySubscription } from './aws/sns.ts';
import type { FaultRates, RunOutline } from './fault-plan.ts';
import type { Caller, Network } from './network.ts';
import type { RunRecord } from './run-record.ts';
import { HOUR, MINUTE, type VirtualTime } from './virtual-time.ts';

const ACTS = ['topics', 'pause', 'resume', 'mute', 'unmute', 'stop', 'daily', 'at once'] as const;
type Act = (typeof ACTS)[number];

/** A person who signs up, and what they do later. */
export interface PlannedVisit {
  readonly at: number;
  readonly contact: Contact;
  readonly acts: readonly { readonly at: number; readonly act: Act }[];
}

/** Returns who signs up in a run. */
export function visitsOf(random: SeededRandom, { when }: Pick<RunOutline, 'when'>): PlannedVisit[] {
  return Array.from({ length: random.between(1, 4) }, (_, n) => {
    const share = random.fraction() * random.pick([0.1, 0.6]);
    const contact: Contact = random.chance(0.3)
      ? { protocol: 'sms', endpoint: `+1202555910${n}` }
      : { protocol: 'email', endpoint: `visitor-${n}@visitors.example.se` };
    const acts = Array.from({ length: random.between(0, 5) }, () => ({
      at: when(share + random.fraction() * (1.1 - share)),
      act: random.pick(ACTS),
    }));
    // Early enough for news to wait, some of it beyond a change back.
    if (random.chance(0.7)) {
      const early = share + random.fraction() * 0.2;
      acts.push({ at: when(early), act: 'daily' });
      if (random.chance(0.5)) acts.push({ at: when(early + random.fraction() * 0.4), act: 'at once' });
    }
    return { at: when(share), contact, acts: acts.sort((a, b) => a.at - b.at) };
  });
}

/** What is known of something that a person chose; `unknown` while a change of it is under way, or was interrupted. */
type Known = boolean | 'unknown';

interface Visitor {
  readonly contact: Contact;
  /** By topic. */
  readonly wants: Map<string, Known>;
  /** By story. */
  readonly muted: Map<string, Known>;
  paused: Known;
  /** One mail a day in place of each message. */
  daily: Known;
  hasBeenDaily: boolean;
  /** Reports that others have got at once and that come with a daily mail, by topic and id. */
  readonly owed: Set<string>;
  /** Reports that came at once although the person gets one mail a day, as nobody did when they were claimed. */
  readonly early: Set<string>;
  /** When the pause ends, ms. */
  pausedUntil: number;
  isBusy: boolean;
}

/** Returns whether a visitor who wants a topic accepts a publish with these values of its attribute. */
function isPublishFor({ contact, daily, hasBeenDaily }: Visitor, values: readonly string[]): Known {
  if (contact.protocol !== 'email') return values.includes(contact.protocol);
  const isAtOnce = values.includes('email');
  if (isAtOnce === values.includes(DAILY_VALUE)) return isAtOnce;
  if (isAtOnce) return daily === 'unknown' ? daily : !daily;
  // Whoever gets each message again still gets the mail with what had waited.
  return daily === false && hasBeenDaily ? 'unknown' : daily;
}

export interface CheckedPublish {
  readonly topicId: string;
  /** Undefined if it is about several stories. */
  readonly storyId: string | undefined;
  /** The values for which subscriptions filter. */
  readonly values: readonly string[];
  readonly receivers: readonly MemorySubscription[];
  /** Ids of the reports in it. */
  readonly reports: readonly string[];
}

export interface VisitorsOptions {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly record: RunRecord;
  readonly network: Network;
  readonly sns: MemorySns;
  readonly tableName: string;
  readonly channelPrefix: string;
  readonly config: PipelineConfig;
  readonly planned: readonly PlannedVisit[];
}

/**
 * Returns how often calls of the page fail. People call it a few times in a run, so that each call must fail more often than
 * those of the functions; but one form takes up to twenty calls, and in some runs most of them must succeed.
 */
export function visitorFaults(random: SeededRandom): FaultRates {
  const share = random.pick([0.05, 0.3, 1]);
  return {
    crash: 0.06 * share,
    lostRequest: 0.02 * share,
    lostAnswer: 0.05 * share,
    throttle: 0.02 * share,
    serverError: 0.02 * share,
    slow: 0.02 * share,
    partial: 0,
    repeat: 0,
    late: 0,
    lateStart: 0,
    notDeleted: 0,
    failingWrites: [],
    failingWriteRate: 0,
  };
}
/** A person who gets no answer tries again this often. */
const TRIES = 2;
/** Longer ones, such as the week of the page, would not end within a run. */
const MAX_PAUSE = 3 * HOUR;
/** After its end, a pause lasts until the next run of the schedule that is not interrupted. */
const MAX_PAUSE_OVERRUN = 4 * HOUR;

/**
 * People who sign up, and change or end what they receive, by the functions behind the sign-up page. The page can crash at
 * each call and lose answers. Each publish is checked against what the page has confirmed to them.
 */
export class SimulatedVisitors {
  readonly #options: VisitorsOptions;
  readonly #visitors: Visitor[] = [];
  readonly #codes = new Map<string, string[]>();

  constructor(options: VisitorsOptions) {
    this.#options = options;
    const { time, planned } = options;
    if (planned.length === 0) return;
    for (const { at, contact, acts } of planned) {
      const visitor: Visitor = {
        contact,
        wants: new Map(),
        muted: new Map(),
        paused: false,
        daily: false,
        hasBeenDaily: false,
        owed: new Set(),
        early: new Set(),
        pausedUntil: 0,
        isBusy: false,
      };
      this.#visitors.push(visitor);
      time.at(at, () => void this.#signUp(visitor));
      for (const { at, act } of acts) time.at(at, () => void this.#act(visitor, act));
    }
    this.#settleHourly();
  }

  #settleHourly(): void {
    this.#options.time.after(signup.settleEveryMinutes * MINUTE, () => {
      void this.#call((deps) => settleDue(deps));
      this.#settleHourly();
    });
  }

  /** Calls the page once. Returns undefined if the person gets no answer. */
  async #call<T>(work: (deps: SignupDeps) => Promise<T>): Promise<T | undefined> {
    const { time, network, tableName, channelPrefix, config } = this.#options;
    const died = Promise.withResolvers<undefined>();
    const caller: Caller = {
      name: 'signup',
      stage: 'signup',
      dead: false,
      invocation: undefined,
      die() {
        this.dead = true;
        time.after(signup.timeout * 1_000, () => died.resolve(undefined));
      },
    };
    // Without retries, whose pauses would use up random numbers of the functions.
    const sdk = { ...SDK_OPTIONS, requestHandler: network.handlerOf(caller), maxAttempts: 1 };
    const ignore = () => undefined;
    const deps: SignupDeps = {
      clock: () => time.now,
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
      config,
      subscribing: snsSubscribing(new SNSClient(sdk), channelPrefix),
      ...signupStores(dynamoTable(new DynamoDBClient(sdk), tableName), () => time.now),
    };
    const answer = work(deps).catch(() => undefined);
    return Promise.race([answer, died.promise]);
  }

  async #signUp(visitor: Visitor): Promise<void> {
    const { random, config, time } = this.#options;
    const { contact, wants } = visitor;
    const topicIds = config.topics.map(({ id }) => id).filter(() => random.chance(0.7));
    if (topicIds.length === 0) return;
    visitor.isBusy = true;
    for (const topicId of topicIds) wants.set(topicId, 'unknown');
    const answer = await this.#untilAnswered(() =>
      contact.protocol === 'email'
        ? this.#call((deps) => signUpByEmail(deps, contact, topicIds))
        : this.#signUpBySms(contact, topicIds),
    );
    visitor.isBusy = false;
    for (const topicId of topicIds) {
      if (contact.protocol === 'sms') {
        if (answer === 'done') wants.set(topicId, true);
      } else if (random.chance(0.85)) {
        // Whoever reads SNS's mail confirms it, whatever the page has answered.
        const known = answer === 'done' || 'unknown';
        time.after(random.between(1, 30) * MINUTE, () => this.#confirm(visitor, topicId, known));
      } else wants.set(topicId, false);
    }
  }

  async #signUpBySms(contact: Contact, topicIds: readonly string[]): Promise<SignUpResult | undefined> {
    await this.#call((deps) => sendCode(deps, contact, '192.0.2.1', topicIds));
    const code = this.#codes.get(contact.endpoint)?.at(-1);
    if (code === undefined) return undefined;
    const wrong = code === '000000' ? '000001' : '000000';
    if (await this.#call((deps) => useCode(deps, contact, wrong)))
      this.#options.record.broken.push(`a wrong code subscribed ${contact.endpoint}`);
    const chosen = await this.#call((deps) => useCode(deps, contact, code));
    return chosen && this.#call((deps) => subscribe(deps, contact, chosen));
  }

  /** Follows the link in SNS's mail, if it came. */
  #confirm({ contact, wants }: Visitor, topicId: string, known: Known): void {
    const found = this.#subscription(contact, topicId);
    // Whoever has ended it meanwhile does not follow the link.
    if (!found || wants.get(topicId) === false) return;
    found.isConfirmed = true;
    wants.set(topicId, known);
  }

  #subscription(contact: Contact, topicId: string): MemorySubscription | undefined {
    const { sns, channelPrefix } = this.#options;
    return sns.subscriptions.find(
      ({ topicArn, endpoint }) => endpoint === contact.endpoint && topicArn === `${channelPrefix}${topicId}`,
    );
  }

  /** Repeats a call until it has an answer, some times. */
  async #untilAnswered<T>(call: () => Promise<T | undefined>): Promise<T | undefined> {
    for (let n = 0; n < TRIES; n++) {
      const answer = await call();
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  async #act(visitor: Visitor, act: Act): Promise<void> {
    const { time, random, record, config } = this.#options;
    const { contact, wants, muted } = visitor;
    // A person who waits for an answer does nothing else.
    if (visitor.isBusy || [...wants.values()].every((wanted) => wanted === false)) return;
    const isAboutDaily = act === 'daily' || act === 'at once';
    if (isAboutDaily && (contact.protocol !== 'email' || !config.signup?.digest)) return;
    const story = random.pick(
      record.published.flatMap(({ alert }) => alert.entries.map(({ storyId }) => storyId)).concat('none'),
    );
    const chosen = config.topics.map(({ id }) => id).filter(() => random.chance(0.5));
    const until = time.now + random.between(20, MAX_PAUSE / MINUTE) * MINUTE;
    const before = new Map(wants);
    visitor.isBusy = true;
    if (act === 'topics' || act === 'stop')
      for (const id of config.topics.map(({ id }) => id)) wants.set(id, 'unknown');
    if (act === 'mute' || act === 'unmute') muted.set(story, 'unknown');
    if (act === 'pause' || act === 'resume') visitor.paused = 'unknown';
    if (isAboutDaily) Object.assign(visitor, { daily: 'unknown', hasBeenDaily: true });
    const answer = await this.#untilAnswered(() =>
      this.#call(async (deps) => {
        const read = await readSettings(deps, subscriberId(contact));
        // SNS tells the address only as long as there is a subscription.
        if (act !== 'stop' && !read.contact) return 'nothing';
        if (act === 'topics') await chooseTopics(deps, read, chosen);
        if (act === 'pause') await pause(deps, read, until);
        if (act === 'resume') await pause(deps, read, undefined);
        if (act === 'mute' || act === 'unmute') await muteStories(deps, read, [story], act === 'mute');
        if (isAboutDaily) await chooseDaily(deps, read, act === 'daily');
        if (act === 'stop') await stopEverything(deps, read.id);
        return 'done';
      }),
    );
    visitor.isBusy = false;
    if (answer !== 'done') return;
    if (act === 'pause') Object.assign(visitor, { paused: true, pausedUntil: until });
    if (act === 'resume') visitor.paused = false;
    if (isAboutDaily) visitor.daily = act === 'daily';
    if (act === 'mute' || act === 'unmute') muted.set(story, act === 'mute');
    if (act === 'stop') for (const id of wants.keys()) wants.set(id, false);
    // What is new waits for its confirmation, and an earlier one may still be open.
    if (act === 'topics')
      for (const { id } of config.topics) {
        const isKept = chosen.includes(id) && before.get(id) === true;
        wants.set(id, chosen.includes(id) ? isKept || 'unknown' : false);
      }
  }

  /** Keeps a code that came by SMS. */
  receiveSms(number: string, text: string): void {
    const codes = [...(this.#codes.get(number) ?? []), text.slice(0, 6)];
    this.#codes.set(number, codes);
    // A run may last into the next day.
    if (codes.length > 2 * LIMITS.codesToNumber.places)
      this.#options.record.broken.push(`${number} got ${codes.length} codes`);
  }

  /** Checks who received a publish. */
  checkReceivers({ topicId, storyId, values, receivers, reports }: CheckedPublish): void {
    const { time, record } = this.#options;
    const isOnlyDaily = values.includes(DAILY_VALUE) && !values.includes('email');
    const isOnlyAtOnce = values.includes('email') && !values.includes(DAILY_VALUE);
    for (const visitor of this.#visitors) {
      const { contact, wants, muted, paused, pausedUntil, daily, owed, early } = visitor;
      const isReceived = receivers.some(({ endpoint }) => endpoint === contact.endpoint);
      const isOver = paused === true && time.now >= pausedUntil;
      const isPaused =
        isOver && time.now < pausedUntil + MAX_PAUSE_OVERRUN ? 'unknown' : paused === true ? !isOver : paused;
      const isMuted = storyId === undefined ? false : (muted.get(storyId) ?? false);
      const isSubscribed = wants.get(topicId) ?? false;
      const isFor = isPublishFor(visitor, values);
      const unwanted = isSubscribed === false || isFor === false || isPaused === true || isMuted === true;
      const wanted = isSubscribed === true && isFor === true && isPaused === false && isMuted === false;
      const what = `${contact.endpoint}, ${topicId}, at ${time.now} (subscribed ${isSubscribed}, paused ${isPaused}, muted ${isMuted}, daily ${daily}) ${values}`;
      if (unwanted && isReceived) record.broken.push(`received against what was chosen: ${what}`);
      if (wanted && !isReceived) record.broken.push(`not received although it was chosen: ${what}`);

      const isReading = isSubscribed === true && isPaused === false;
      for (const report of reports.map((id) => `${topicId} ${id}`)) {
        if (isOnlyAtOnce && daily === true && isReading) owed.add(report);
        // A message about several reports may repeat some.
        if (isReceived && !isOnlyDaily && daily === true && reports.length === 1) early.add(report);
        if (isOnlyDaily && isReceived && early.has(report))
          record.broken.push(`at once and in a daily mail: ${report} for ${what}`);
        if (isOnlyDaily && owed.delete(report) && isReading && !isReceived)
          record.broken.push(`in no daily mail that was received: ${report} for ${what}`);
      }
    }
  }

  /** Waits until all pauses are over, and checks that SNS has what the records say, whatever was interrupted. */
  async checkAtRest(): Promise<void> {
    const { record, time } = this.#options;
    if (this.#visitors.length === 0) return;
    await new Promise<void>((resolve) => time.after(MAX_PAUSE + MAX_PAUSE_OVERRUN, resolve));
    for (const { contact } of this.#visitors) {
      await this.#call(async (deps) => {
        const id = subscriberId(contact);
        const subscriber = await deps.subscribers.get(id);
        if (!subscriber) return;
        const own = this.#options.sns.subscriptions.filter(({ endpoint }) => endpoint === contact.endpoint);
        if (subscriber.unsettled && own.every(({ isConfirmed }) => isConfirmed))
          record.broken.push(`the choice of ${contact.endpoint} is not in force`);
        if (Date.parse(subscriber.dailyUntil ?? '') < time.now - MAX_PAUSE_OVERRUN)
          record.broken.push(`the daily mails of ${contact.endpoint} do not end`);
        const expected = JSON.stringify(
          subscriberFilter(contact, { ...choiceOf(subscriber, time.now), isPaused: false }),
        );
        for (const { isConfirmed, endpoint, filterPolicy, topicArn } of own) {
          if (isConfirmed && filterPolicy !== expected)
            record.broken.push(`${topicArn} filters ${filterPolicy} for ${endpoint}, not ${expected}`);
        }
      });
    }
    for (const { id } of this.#options.config.topics) {
      const mayBeListed = this.#visitors.filter(
        ({ contact, wants, hasBeenDaily }) =>
          hasBeenDaily && (wants.get(id) === 'unknown' || this.#subscription(contact, id)),
      );
      await this.#call(async ({ dailyReaders }) => {
        if ((await dailyReaders.count(id)) > mayBeListed.length)
          record.broken.push(`somebody who left ${id} is still listed as getting one mail a day`);
      });
    }
  }
}
