import { inParallel } from '../shared/in-parallel.ts';
import type { Contact } from '../shared/model.ts';
import { PROTOCOLS_ATTRIBUTE } from '../shared/pipeline.ts';
import type { ListedSubscription } from '../shared/ports.ts';
import { signLink } from '../shared/signed-link.ts';
import { choiceOf, personalValue, subscriberFilter } from '../shared/subscriber-filter.ts';
import { subscriberId } from '../shared/subscriber-id.ts';
import type { SignupDeps } from './deps.ts';
import { mailboxOf, takePlaces } from './limits.ts';
import { readSettings } from './settings.ts';

/** Pages of 100 subscriptions that are checked. SNS keeps 200 with a filter. */
const MAX_PAGES = 10;
const MAX_CONCURRENT = 20;

/**
 * Sends a person who receives emails the link to their settings. SNS can send no mail to one address, so it is published
 * to a channel of theirs, for this person's filter alone.
 * @param pageUrl address of the sign-up page, with a slash at its end
 */
export async function sendLink(
  deps: SignupDeps,
  contact: Contact,
  pageUrl: string,
): Promise<'done' | 'later'> {
  const { clock, key, log, subscribing } = deps;
  if (!(await takePlaces(deps, 'mailsToAddress', mailboxOf(contact)))) return 'done';
  if (!(await takePlaces(deps, 'mails', ''))) return 'later';
  const id = subscriberId(contact);
  const { subscriptions, subscriber } = await readSettings(deps, id);
  const [topicId, subscription] = [...subscriptions].find(([, { isPending }]) => !isPending) ?? [];
  if (topicId === undefined || !subscription) return 'done';
  const others = await unfilteredSubscriptions(deps, topicId);
  if (others > 0) {
    log.warn('signup-link-refused', { topicId, unfiltered: others });
    return 'done';
  }
  // A recipient of the file who was subscribed by an earlier release accepts no personal messages yet.
  await subscribing.setFilter(subscription.arn, subscriberFilter(contact, choiceOf(subscriber, clock())));
  const link = signLink(await key(), { purpose: 'manage', subscriberId: id }, clock());
  await subscribing.sendEmail(topicId, [personalValue(id)], {
    subject: 'Your news alerts',
    text: linkText(`${pageUrl}manage?link=${link}`),
  });
  log.info('signup-link', {});
  return 'done';
}

const linkText = (address: string) =>
  [
    'Here you can choose what you receive, pause it, or end it:',
    '',
    address,
    '',
    'The link is yours alone and works for 30 days: do not pass it on. If you did not ask for it, you need not do anything.',
  ].join('\n');

/**
 * Returns the number of subscriptions to a channel that accept every message, and would so receive what is meant for one
 * person. People make such subscriptions by hand.
 */
async function unfilteredSubscriptions({ subscribing }: SignupDeps, topicId: string): Promise<number> {
  const listed = await subscribing.list(topicId, MAX_PAGES);
  const confirmed = listed.filter(
    (one): one is ListedSubscription & { arn: string } => one.arn !== undefined,
  );
  let found = 0;
  await inParallel(confirmed, MAX_CONCURRENT, async ({ arn }) => {
    const subscription = await subscribing.find(arn);
    if (subscription && !subscription.filterPolicy?.[PROTOCOLS_ATTRIBUTE]) found++;
  });
  return found;
}
