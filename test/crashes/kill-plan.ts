import type { SeededRandom } from '../helpers/seeded-random.ts';
import { MINUTE_MS } from './crash-clock.ts';
import { MAIL_FAULTS, type MailServerFault } from './faulty-mail-server.ts';

/** The event that triggers a kill after a random delay. */
type KillTrigger =
  /** The process starts. */
  | 'start'
  /** A feed with news is requested. */
  | 'poll'
  /** A publish has reached the outbox. */
  | 'publish'
  /** The process connects to the mail server. */
  | 'mail'
  /** The process is ready, and a digest has just become due. */
  | 'digest'
  /** The process is ready. */
  | 'any';

export interface KillPlan {
  readonly trigger: KillTrigger;
  /** Delay after the trigger, ms. */
  readonly delay: number;
  /**
   * Time on the clock during which no process runs, ms; `hour` lasts until after the next full hour, when digests are due.
   */
  readonly gap: number | 'hour';
  readonly articles: number;
  /** The initial fault of the mail server. */
  readonly mailFault: MailServerFault;
  /** Time from the start of the process being ready until the mail server works, ms. */
  readonly mailWorksAfter: number;
  /** When the articles are published, ms after the process is ready; undefined means before it starts. */
  readonly newsAfter: number | undefined;
}

/** Maximum delay of a kill after its trigger, ms. The work that follows the trigger has sometimes ended by then. */
const MAX_DELAY_MS: Readonly<Record<KillTrigger, number>> = {
  start: 1_000,
  poll: 200,
  publish: 30,
  mail: 60,
  digest: 200,
  any: 2_500,
};

/** Triggers that are followed by claims of alerts are more frequent. */
const WEIGHT: Readonly<Record<KillTrigger, number>> = {
  start: 2,
  poll: 3,
  publish: 3,
  mail: 3,
  digest: 2,
  any: 2,
};
const TRIGGERS = (Object.keys(WEIGHT) as KillTrigger[]).flatMap((trigger) =>
  Array<KillTrigger>(WEIGHT[trigger]).fill(trigger),
);

const MAX_GAP_MINUTES = 20;
const MAX_ARTICLES = 3;
const MAX_NEWS_DELAY_MS = 500;
/** Maximum time until the mail server works, ms. Many runs end earlier, so their mails wait for the next runs. */
const MAX_MAIL_FAULT_MS = 2_000;

/** Draws the same number of random numbers for every plan, so a seed always gives the same plans. */
export function planKill(random: SeededRandom): KillPlan {
  const trigger = random.pick(TRIGGERS);
  const delay = random.integer(MAX_DELAY_MS[trigger]);
  const hasGap = random.integer(2) === 0;
  const minutes = random.integer(MAX_GAP_MINUTES);
  const articles = 1 + random.integer(MAX_ARTICLES);
  const isLate = random.integer(2) === 0 && trigger !== 'start' && trigger !== 'digest';
  const newsAfter = random.integer(MAX_NEWS_DELAY_MS);
  const fails = random.integer(3) > 0;
  const fault = random.pick(MAIL_FAULTS);
  const mailWorksAfter = random.integer(MAX_MAIL_FAULT_MS);
  return {
    trigger,
    delay,
    // Without a gap, a claimed alert can come back while its lease is still running. After a gap, the lease has ended.
    gap: trigger === 'digest' ? 'hour' : hasGap ? minutes * MINUTE_MS : 0,
    articles,
    mailFault: fails ? fault : 'none',
    mailWorksAfter,
    newsAfter: isLate ? newsAfter : undefined,
  };
}
