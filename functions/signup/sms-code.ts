import { createHmac, randomInt, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Contact } from '../shared/model.ts';
import { smsMonthWindow } from '../shared/sms-month.ts';
import { subscriberId } from '../shared/subscriber-id.ts';
import type { SignupDeps } from './deps.ts';
import { takePlaces } from './limits.ts';

const DIGITS = 6;
const VALID_MS = 10 * 60_000;
/** With three codes a day, a guess succeeds once in 70,000 days. */
const MAX_TRIES = 5;

/**
 * Sends a code to a number, which shows that it belongs to whoever enters the code. Says so even if this number can get
 * no more of them today.
 */
export async function sendCode(
  deps: SignupDeps,
  contact: Contact,
  network: string,
  topicIds: readonly string[],
): Promise<'done' | 'later'> {
  const { clock, codes, config, key, log, quotas, subscribing } = deps;
  if (!(await takePlaces(deps, 'codesOfNetwork', network))) return 'later';
  if (!(await takePlaces(deps, 'codesToNumber', contact.endpoint))) return 'done';
  if (!(await takePlaces(deps, 'codes', ''))) return 'later';
  const { smsParts } = config;
  if (smsParts && (await quotas.reserve(smsMonthWindow(smsParts, clock()), randomUUID())) !== 'taken')
    return 'later';
  const code = String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
  const id = subscriberId(contact);
  const until = clock() + VALID_MS;
  await codes.put(id, { hash: hashOf(await key(), id, code).toString('hex'), topicIds, tries: 0, until });
  await subscribing.sendSms(
    contact.endpoint,
    `${code} is your code for news alerts. If you did not ask for it, ignore it.`,
  );
  log.info('signup-code', { topics: topicIds.length });
  return 'done';
}

/** Uses up a code. Returns the topics that were chosen when it was sent; undefined if it is wrong or old. */
export async function useCode(
  { clock, codes, key }: Pick<SignupDeps, 'clock' | 'codes' | 'key'>,
  contact: Contact,
  given: string,
): Promise<readonly string[] | undefined> {
  const id = subscriberId(contact);
  const code = await codes.get(id);
  if (!code || code.tries >= MAX_TRIES || code.until < clock()) return undefined;
  const expected = Buffer.from(code.hash, 'hex');
  const isRight = timingSafeEqual(hashOf(await key(), id, given.replace(/\D/g, '')), expected);
  // A try counts only if it is recorded, so that many at once do not get more than a few.
  const isRecorded = isRight ? await codes.use(id, code) : await codes.countTry(id, code);
  return isRight && isRecorded ? code.topicIds : undefined;
}

function hashOf(key: Uint8Array, id: string, code: string): Buffer {
  return createHmac('sha256', key).update(`${id} ${code}`).digest();
}
