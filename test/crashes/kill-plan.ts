import type { SeededRandom } from '../helpers/seeded-random.ts';
import { MINUTE_MS } from './crash-clock.ts';
import { MAIL_FAULTS, type MailServerFault } from './faulty-mail-server.ts';

/** What a kill is aimed at: it comes at a random moment after that. */
export type KillTrigger =
  /** The start of the process. */
  | 'start'
  /** A feed being asked that holds news. */
  | 'poll'
  /** A publish having reached the outbox. */
  | 'publish'
  /** The mail server being asked to take a mail. */
  | 'mail'
  /** The process being ready when a digest has just become due. */
  | 'digest'
  /** The process being ready. */
  | 'any';

export interface KillPlan {
  readonly aim: KillTrigger;
  /** How long after that, ms. */
  readonly delay: number;
  /** Of the clock, while no process ran, ms; `hour` lasts beyond the next full hour, when digests are due. */
  readonly gap: number | 'hour';
  readonly articles: number;
  /** How the mail server fails at first, and how long after the process is ready it works again, ms. */
  readonly mailFault: MailServerFault;
  readonly mailWorksAfter: number;
  /** When the feeds get them, ms after the process is ready; undefined: before it starts. */
  readonly newsAfter: number | undefined;
}

/** How long after its aim a kill comes at most, ms: what follows has come to its end by then, now and then. */
const MAX_DELAY_MS: Readonly<Record<KillTrigger, number>> = {
  start: 1_000,
  poll: 200,
  publish: 30,
  mail: 60,
  digest: 200,
  any: 2_500,
};

/** Work that claims alerts is aimed at more often. */
const WEIGHT: Readonly<Record<KillTrigger, number>> = {
  start: 2,
  poll: 3,
  publish: 3,
  mail: 3,
  digest: 2,
  any: 2,
};
const TRIGGERS = (Object.keys(WEIGHT) as KillTrigger[]).flatMap((aim) =>
  Array<KillTrigger>(WEIGHT[aim]).fill(aim),
);

const MAX_GAP_MINUTES = 20;
const MAX_ARTICLES = 3;
const MAX_NEWS_DELAY_MS = 500;
/** Beyond the end of many lives: what waits then is for the next ones. */
const MAX_MAIL_FAULT_MS = 2_000;

/** Draws as many numbers for one plan as for any other, so that a seed gives the same plans whatever happens. */
export function planKill(random: SeededRandom): KillPlan {
  const aim = random.pick(TRIGGERS);
  const delay = random.integer(MAX_DELAY_MS[aim]);
  const away = random.integer(2) === 0;
  const minutes = random.integer(MAX_GAP_MINUTES);
  const articles = 1 + random.integer(MAX_ARTICLES);
  const late = random.integer(2) === 0 && aim !== 'start' && aim !== 'digest';
  const newsAfter = random.integer(MAX_NEWS_DELAY_MS);
  const fails = random.integer(3) > 0;
  const fault = random.pick(MAIL_FAULTS);
  const mailWorksAfter = random.integer(MAX_MAIL_FAULT_MS);
  return {
    aim,
    delay,
    // Without a gap, an alert that was claimed can come back while its lease is still running; after one it is over.
    gap: aim === 'digest' ? 'hour' : away ? minutes * MINUTE_MS : 0,
    articles,
    mailFault: fails ? fault : 'none',
    mailWorksAfter,
    newsAfter: late ? newsAfter : undefined,
  };
}
