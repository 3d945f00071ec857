import { deployedChats } from '../../config/recipients.ts';
import type { Subscription } from '../../functions/shared/model.ts';
import { count } from '../../functions/shared/text/count.ts';
import { abbreviateList } from '../../local/format-time.ts';
import { MONTH_DAYS } from '../../local/past/estimate.ts';
import type { ExpectedTopic } from '../check/expected-month.ts';
import { readExpectedMonth } from '../check/read-expected-month.ts';
import { loadConfigFor } from '../shared/load-config.ts';
import type { TableLocation } from '../shared/open-table.ts';
import { printBrokenTopics } from '../shared/print-broken-topics.ts';
import { printJson } from '../shared/print-json.ts';
import type { Delivery } from './delivery-use.ts';
import { deploymentBill, type Polls, pollsPerMonth } from './deployment-cost.ts';
import { MEASURED_MONTHS, POLLS_PER_FEED } from './measured-months.ts';
import { PRICES_AS_OF } from './prices.ts';
import { describeSmsCost, type SmsCost, smsCost, smsCostJson, smsNumbers } from './sms-cost.ts';

export interface CostOptions extends Partial<TableLocation> {
  readonly config: string;
  readonly json: boolean;
  /** Dollars for an SMS part. */
  readonly smsPrice?: number;
}

/** Runs `cost`: prints what a deployment of the file would cost in a month. */
export async function cost({ config: file, json, smsPrice, ...location }: CostOptions): Promise<void> {
  const loaded = loadConfigFor(file, location.stack);
  printBrokenTopics(loaded);
  const { config, subscriptions } = loaded;
  const month = await readExpectedMonth(loaded, location);
  const estimate = costOf(
    pollsPerMonth(config.feeds),
    'unknown' in month ? month : { topics: month, subscriptions },
    smsPrice,
    { chats: deployedChats(loaded.chats).length > 0, htmlEmail: config.htmlEmail !== undefined },
  );
  const feeds = config.feeds.filter(({ enabled }) => enabled).length;
  if (json) printJson(costJson(file, feeds, estimate));
  else for (const line of describeCost(file, feeds, estimate)) process.stdout.write(`${line}\n`);
}

/** Dollars in a month. */
interface Range {
  readonly least: number;
  readonly most: number;
}

interface CostEstimate {
  readonly polls: Polls;
  /** The cost of everything except SMS, with and without the permanent free allowances. */
  readonly withFreeTier: Range;
  readonly withoutFreeTier: Range;
  /** Why the messages are not known, so that they are left out; undefined if they are known. */
  readonly unknown?: string;
  /** Ids of topics with too short a history, whose messages are left out. */
  readonly tooNew: readonly string[];
  /** In a month. */
  readonly emails: number;
  readonly delivery: Delivery;
  /** Undefined without SMS. */
  readonly sms?: SmsCost;
}

type Messages =
  | { readonly unknown: string }
  | { readonly topics: readonly ExpectedTopic[]; readonly subscriptions: readonly Subscription[] };

/** Returns the cost of so many polls and of the expected messages. `smsPrice`: dollars for an SMS part. */
export function costOf(
  polls: Polls,
  messages: Messages,
  smsPrice?: number,
  delivery: Delivery = {},
): CostEstimate {
  const isKnown = !('unknown' in messages);
  const topics = isKnown ? messages.topics : [];
  const tooNew = topics.filter(({ month }) => !month).map(({ id }) => id);
  const areAllNew = topics.length > 0 && tooNew.length === topics.length;
  const emails = topics.reduce((sum, { month }) => sum + (month?.messages.email ?? 0), 0);
  const loads = topics.flatMap(({ id, month }) => {
    const numbers = smsNumbers(isKnown ? messages.subscriptions : [], [], id);
    const parts = month?.messages.sms ?? 0;
    return numbers.length > 0 && parts > 0 ? [{ parts: parts / numbers.length, numbers }] : [];
  });
  const [quiet, busy] = [
    deploymentBill(polls.least, emails, delivery),
    deploymentBill(polls.most, emails, delivery),
  ];
  return {
    polls,
    withFreeTier: { least: quiet.withFree, most: busy.withFree },
    withoutFreeTier: { least: quiet.full, most: busy.full },
    ...(isKnown ? {} : { unknown: messages.unknown }),
    ...(areAllNew ? { unknown: 'the history of every topic is too short for an estimate' } : {}),
    tooNew,
    emails,
    delivery,
    ...(loads.length > 0 ? { sms: smsCost(loads, smsPrice) } : {}),
  };
}

/** Rounds to hundredths of a cent. */
function rounded({ least, most }: Range): Range {
  const round = (amount: number) => Math.round(amount * 10_000) / 10_000;
  return { least: round(least), most: round(most) };
}

const dollars = (amount: number) => `$${amount.toFixed(2)}`;

function rangeText({ least, most }: Range): string {
  const [from, to] = [dollars(least), dollars(most)];
  return from === to ? from : `${from} to ${to}`;
}

const deliveryText = ({ chats, htmlEmail }: Delivery): string =>
  `${htmlEmail ? ' as HTML by SES' : ''}${chats ? ', with chat services' : ''}`;

function describeCost(file: string, feeds: number, estimate: CostEstimate): string[] {
  const { polls, withFreeTier, withoutFreeTier, unknown, tooNew, emails, delivery, sms } = estimate;
  const number = (n: number) => n.toLocaleString('en');
  const pollText =
    polls.least === polls.most ? number(polls.most) : `${number(polls.least)} to ${number(polls.most)}`;
  const isSmallest = polls.most / POLLS_PER_FEED <= MEASURED_MONTHS[0].feeds;
  return [
    `${file} on AWS, in a month of ${MONTH_DAYS} days: about ${rangeText(withFreeTier)}, or ${rangeText(withoutFreeTier)} if other programs of the account already use the free tier`,
    `  for ${count(feeds, 'feed')} with ${pollText} polls${unknown === undefined ? ` and about ${count(Math.round(emails), 'email')}` : ''}${deliveryText(delivery)}; without SMS`,
    `  prices of ${PRICES_AS_OF}; ${isSmallest ? `as measured with ${MEASURED_MONTHS[0].feeds} feeds, since fewer cost hardly less` : 'calculated from measured months'}: docs/cost.md`,
    ...(unknown === undefined ? [] : [`messages: unknown, since ${unknown}`]),
    ...(unknown === undefined && tooNew.length > 0
      ? [`messages of ${abbreviateList(tooNew)}: unknown, since the history is too short for an estimate`]
      : []),
    ...(sms ? [describeSmsCost(sms)] : []),
  ];
}

function costJson(file: string, feeds: number, estimate: CostEstimate) {
  const { polls, withFreeTier, withoutFreeTier, unknown, tooNew, emails, sms } = estimate;
  return {
    file,
    days: MONTH_DAYS,
    pricesAsOf: PRICES_AS_OF,
    feeds,
    polls,
    withFreeTier: rounded(withFreeTier),
    withoutFreeTier: rounded(withoutFreeTier),
    emails: unknown === undefined ? emails : null,
    smsCost: sms ? smsCostJson(sms) : null,
    unknown: unknown ?? null,
    tooNew,
  };
}
