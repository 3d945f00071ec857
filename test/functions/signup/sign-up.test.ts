import { SubscribeCommand } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signLink } from '../../../functions/shared/signed-link.ts';
import { digests } from '../../../functions/shared/store/digests.ts';
import { topicList } from '../../../functions/shared/store/topic-lists.ts';
import { subscriberId } from '../../../functions/shared/subscriber-id.ts';
import { settleDue } from '../../../functions/signup/manage.ts';
import { SignupHarness } from './signup-harness.ts';

const ANN = 'ann@news.example.se';
const PHONE = '+12025559123';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let page: SignupHarness;

beforeEach(async () => {
  page = await SignupHarness.start({ smsPrefixes: ['+1202'] });
});
afterEach(() => page.stop());

it('sends nothing before the person has confirmed, and then exactly the chosen topics', async () => {
  const answer = await page.post('/', { address: ANN, topic: ['summit'] });
  expect(answer.text).toContain('We have sent you an email to confirm each topic');
  expect(await page.alert('summit')).toEqual([]);

  const [link = ''] = page.links('confirm', ANN);
  // Mail scanners follow links.
  expect((await page.get(link)).text).toContain('Do you want alerts about');
  expect(await page.alert('summit')).toEqual([]);

  expect((await page.post(link, {})).text).toContain('You get alerts about');
  expect(await page.alert('summit')).toEqual([ANN]);
  expect(await page.alert('rates')).toEqual([]);
  expect(await page.alert('summit', 's', ['sms'])).toEqual([]);
});

it('offers only the topics of the configuration, and takes no others', async () => {
  expect((await page.get('/')).text).not.toContain('The secret');
  const answer = await page.post('/', { address: ANN, topic: ['secret'] });
  expect(answer).toMatchObject({ status: 400 });
  expect(answer.text).toContain('Choose at least one topic');
  expect(page.published).toEqual([]);
});

it.each(['', 'ann', 'ann@', 'ann@host', '@host.se', 'ann@host.se, bob@host.se', '+49151234567', '12345'])(
  'says what it expects for the address %j, and keeps what was entered',
  async (address) => {
    const answer = await page.post('/', { address, topic: ['rates'] });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('Expected an email address, or a phone number that begins with +1202');
    expect(answer.html).toContain('value="rates" checked');
    expect(page.published).toEqual([]);
  },
);

it('answers the same for an address that is subscribed, by itself or by the file', async () => {
  await page.signUp(ANN);
  const channel = { made: true, subscriptions: {} };
  await page.deps.channels.all();
  await page.table.put({ pk: 'CHANNELS', sk: 'summit', ...channel });
  const again = await page.post('/', { address: ANN, topic: ['summit'] });
  const other = await page.post('/', { address: 'bob@news.example.se', topic: ['summit'] });
  expect(again.html).toBe(other.html);
  // Subscribed already, so there is nothing to confirm.
  expect(page.links('confirm', ANN)).toHaveLength(1);

  const known = await page.post('/manage', { address: ANN });
  const unknown = await page.post('/manage', { address: 'eve@news.example.se' });
  expect(known.html).toBe(unknown.html);
});

it('lets a person who follows their link choose topics, pause, mute a story, and end it all', async () => {
  await page.signUp(ANN);
  await page.signUp('bob@news.example.se');
  const link = await page.manageLink(ANN);
  expect(page.links('manage', 'bob@news.example.se')).toEqual([]);
  const settings = await page.get(link);
  // A link may have been passed on, so the whole address is not shown.
  expect(settings.text).toContain('an…@news.example.se');
  expect(settings.html).not.toContain(ANN);

  await page.post(link, { do: 'pause' });
  expect(await page.alert('summit')).toEqual(['bob@news.example.se']);
  await page.post(link, { do: 'resume' });
  expect(await page.alert('summit')).toEqual([ANN, 'bob@news.example.se']);

  await page.post(link, { do: 'mute', story: 'story-1' });
  expect(await page.alert('summit', 'story-1')).toEqual(['bob@news.example.se']);
  expect(await page.alert('summit', 'story-2')).toEqual([ANN, 'bob@news.example.se']);
  await page.post(link, { do: 'unmute', story: 'story-1' });
  expect(await page.alert('summit', 'story-1')).toEqual([ANN, 'bob@news.example.se']);

  // A new topic has to be confirmed, too; the old one ends at once.
  const changed = await page.post(link, { do: 'topics', topic: ['rates'] });
  expect(changed.text).toContain('Waits until you follow the link');
  expect(await page.alert('summit')).toEqual(['bob@news.example.se']);
  expect(await page.alert('rates')).toEqual([]);
  for (const confirm of page.links('confirm', ANN)) await page.post(confirm, {});
  expect(await page.alert('rates')).toEqual([ANN]);

  expect((await page.post(link, { do: 'stop' })).text).toContain('You are unsubscribed from all alerts');
  expect(await page.alert('rates')).toEqual([]);
  expect([...page.table.records.keys()].filter((key) => key.startsWith('SUBSCRIBER#'))).toHaveLength(1);
  // The old link opens nothing any more.
  expect((await page.get(link)).text).toContain('You have no subscriptions here');
});

it('unsubscribes a person who chooses no topic, and keeps nothing about them', async () => {
  await page.signUp(ANN, ['summit', 'rates']);
  const link = await page.manageLink(ANN);
  const answer = await page.post(link, { do: 'topics' });
  expect(answer.text).toContain('You are unsubscribed from all alerts');
  expect(await page.alert('rates')).toEqual([]);
  expect([...page.table.records.keys()].filter((key) => key.startsWith('SUBSCRIBER#'))).toEqual([]);
});

it('mutes the stories of all topics of a mail by its link', async () => {
  await page.signUp(ANN);
  const link = {
    purpose: 'mute',
    subscriberId: subscriberId({ protocol: 'email', endpoint: ANN }),
    storyIds: ['story-1', 'story-2'],
  } as const;
  await page.post(`/mute?link=${signLink(await page.deps.key(), link, page.now)}`, {});
  for (const storyId of link.storyIds) expect(await page.alert('summit', storyId)).toEqual([]);
  expect(await page.alert('summit', 'story-3')).toEqual([ANN]);
});

it('ends a pause by itself, and finishes a change that was interrupted', async () => {
  await page.signUp(ANN);
  const link = await page.manageLink(ANN);
  await page.post(link, { do: 'pause' });
  page.now += 7 * DAY - 1;
  await settleDue(page.deps);
  expect(await page.alert('summit')).toEqual([]);
  page.now += 2;
  await settleDue(page.deps);
  expect(await page.alert('summit')).toEqual([ANN]);
  expect(await settleDue(page.deps)).toBe(0);

  const { setFilter } = page.subscribing;
  page.subscribing.setFilter = () => Promise.reject(new Error('SNS is down'));
  expect(await page.post(link, { do: 'pause' })).toMatchObject({ status: 500 });
  page.subscribing.setFilter = setFilter;
  expect(await page.alert('summit')).toEqual([ANN]);
  await settleDue(page.deps);
  expect(await page.alert('summit')).toEqual([]);
});

describe('one mail a day', () => {
  const AT_ONCE = ['email', 'sms'];
  const DAILY = ['daily'];
  const BOTH = ['email', 'daily', 'sms'];
  const EIGHT = Date.parse('2026-03-03T08:00:00Z');
  const readers = () => topicList(page.table, 'daily').count('summit');
  let link: string;

  beforeEach(async () => {
    await page.stop();
    page = await SignupHarness.start({ digest: { hour: 8, minute: 0, timeZone: 'UTC' } });
    await page.signUp(ANN);
    link = await page.manageLink(ANN);
  });

  const choose = (daily: 'yes' | 'no') => page.post(link, { do: 'daily', daily });
  const addWaiting = () =>
    digests(page.table).add(
      { topicId: 'summit', dueAt: EIGHT },
      { id: 'daily#a', claimedAt: page.now },
      {
        kind: 'daily',
        protocols: ['email'],
        entry: { kind: 'new', storyId: 's', itemId: 'i', title: 't', summary: '', feed: 'f', why: [] },
      },
    );

  it('replaces each message, of later topics, too, until the person leaves', async () => {
    expect((await page.get(link)).html).toContain('value="no" checked');
    const answer = await choose('yes');
    expect(answer.text).toContain('You get one email a day');
    expect(answer.text).toContain('at 08:00 (UTC)');
    expect(answer.html).toContain('value="yes" checked');
    expect(await page.alert('summit', 's', AT_ONCE)).toEqual([]);
    expect(await page.alert('summit', 's', DAILY)).toEqual([ANN]);
    expect(await page.alert('summit', 's', BOTH)).toEqual([ANN]);

    await page.post(link, { do: 'topics', topic: ['summit', 'rates'] });
    for (const confirm of page.links('confirm', ANN)) await page.post(confirm, {});
    expect(await page.alert('rates', 's', DAILY)).toEqual([ANN]);
    expect(await topicList(page.table, 'daily').count('rates')).toBe(1);

    await page.post(link, { do: 'topics', topic: ['rates'] });
    expect(await readers()).toBe(0);
    await page.post(link, { do: 'stop' });
    expect(await topicList(page.table, 'daily').count('rates')).toBe(0);
  });

  it('is paused and leaves stories out as each message is', async () => {
    await choose('yes');
    await page.post(link, { do: 'mute', story: 'story-1' });
    expect(await page.alert('summit', 'story-1', BOTH)).toEqual([]);
    await page.post(link, { do: 'pause' });
    expect(await page.alert('summit', 'story-2', DAILY)).toEqual([]);
    await page.post(link, { do: 'resume' });
    expect(await page.alert('summit', 'story-2', DAILY)).toEqual([ANN]);
    expect(await page.alert('summit', 'story-2', AT_ONCE)).toEqual([]);
  });

  it('still comes once after the person gets each message again', async () => {
    await choose('yes');
    await addWaiting();
    expect((await choose('no')).text).toContain('What waits for the next daily email still comes with it');
    expect(await readers()).toBe(0);
    expect(await page.alert('summit', 's', AT_ONCE)).toEqual([ANN]);
    expect(await page.alert('summit', 's', BOTH)).toEqual([ANN]);

    page.now = EIGHT + 12 * HOUR;
    await settleDue(page.deps);
    expect(await page.alert('summit', 's', DAILY)).toEqual([ANN]);
    const store = digests(page.table);
    await store.remove('summit', await store.entries('summit', new Date(EIGHT).toISOString()));
    await settleDue(page.deps);
    expect(await page.alert('summit', 's', DAILY)).toEqual([]);
    expect(await page.alert('summit', 's', AT_ONCE)).toEqual([ANN]);
    expect(await settleDue(page.deps)).toBe(0);
  });

  it('comes once more if SNS may not know of the change in time for the next', async () => {
    await choose('yes');
    page.now = EIGHT - 10 * MINUTE;
    await choose('no');
    page.now = EIGHT + 23 * HOUR;
    await settleDue(page.deps);
    expect(await page.alert('summit', 's', DAILY)).toEqual([ANN]);
    page.now = EIGHT + 25 * HOUR;
    await settleDue(page.deps);
    expect(await page.alert('summit', 's', DAILY)).toEqual([]);
  });

  it('is finished after an interruption, in both directions', async () => {
    for (const [daily, count] of [
      ['yes', 1],
      ['no', 0],
    ] as const) {
      const { setFilter } = page.subscribing;
      page.subscribing.setFilter = () => Promise.reject(new Error('SNS is down'));
      expect(await choose(daily)).toMatchObject({ status: 500 });
      page.subscribing.setFilter = setFilter;
      await settleDue(page.deps);
      expect(await page.alert('summit', 's', AT_ONCE)).toEqual(daily === 'yes' ? [] : [ANN]);
      expect(await readers()).toBe(count);
    }
  });

  it('leaves no record of somebody whose leaving was interrupted', async () => {
    await choose('yes');
    const { unsubscribe } = page.subscribing;
    page.subscribing.unsubscribe = async (arn) => {
      await unsubscribe(arn);
      throw new Error('the process was killed');
    };
    expect(await page.post(link, { do: 'stop' })).toMatchObject({ status: 500 });
    page.subscribing.unsubscribe = unsubscribe;
    await page.post(link, { do: 'stop' });
    expect(await readers()).toBe(0);
    expect([...page.table.records.keys()].filter((key) => key.startsWith('SUBSCRIBER#'))).toEqual([]);
  });

  it.each([
    ['turned off', {}, ANN],
    [
      'asked for by a phone number',
      { digest: { hour: 8, minute: 0, timeZone: 'UTC' }, smsPrefixes: ['+1202'] },
      PHONE,
    ],
  ])('is neither shown nor chosen if it is %s', async (_, settings, address) => {
    await page.stop();
    page = await SignupHarness.start(settings);
    if (address === ANN) {
      await page.signUp(ANN);
      link = await page.manageLink(ANN);
    } else {
      await page.post('/', { address, topic: ['summit'] });
      const code = /^\d{6}/.exec(page.messagesTo(PHONE)[0]?.bodies.default ?? '')?.[0] ?? '';
      const done = await page.post('/code', { number: PHONE, code });
      link = /\/manage\?link=[^"]+/.exec(done.html)?.[0].replaceAll('&amp;', '&') ?? '';
    }
    expect((await page.get(link)).text).toContain('receives');
    expect((await page.get(link)).text).not.toContain('mail a day');
    expect(await choose('yes')).toMatchObject({ status: 400 });
    expect(await readers()).toBe(0);
  });
});

it('recognises a subscription that was made before a crash, and lets the person manage it', async () => {
  const { subscribe } = page.subscribing;
  page.subscribing.subscribe = async (...all) => {
    await subscribe(...all);
    throw new Error('the process was killed');
  };
  await page.post('/', { address: ANN, topic: ['summit'] });
  page.subscribing.subscribe = subscribe;
  for (const confirm of page.links('confirm', ANN)) await page.post(confirm, {});
  expect(await page.alert('summit')).toEqual([ANN]);
  const link = await page.manageLink(ANN);
  await page.post(link, { do: 'stop' });
  expect(await page.alert('summit')).toEqual([]);
});

it('subscribes a number only with the code that was sent to it', async () => {
  const asked = await page.post('/', { address: '+1 (202) 555-9123', topic: ['summit'] });
  expect(asked.text).toContain('An SMS with a code of six digits is on its way');
  const code = /^\d{6}/.exec(page.messagesTo(PHONE)[0]?.bodies.default ?? '')?.[0] ?? '';
  expect((await page.post('/code', { number: PHONE, code: '000000' })).status).toBe(400);
  expect(await page.alert('summit')).toEqual([]);
  const done = await page.post('/code', { number: PHONE, code: ` ${code.slice(0, 3)} ${code.slice(3)}` });
  expect(done.text).toContain('You are subscribed.');
  expect(await page.alert('summit')).toEqual([PHONE]);
  expect(await topicList(page.table, 'sms').count('summit')).toBe(1);
  // A code works once.
  expect((await page.post('/code', { number: PHONE, code })).status).toBe(400);

  const link = /\/manage\?link=[^"]+/.exec(done.html)?.[0].replaceAll('&amp;', '&') ?? '';
  await page.post(link, { do: 'stop' });
  expect(await page.alert('summit')).toEqual([]);
  expect(await topicList(page.table, 'sms').count('summit')).toBe(0);
});

it('refuses to send a personal link where somebody would get it, too', async () => {
  await page.signUp(ANN);
  const channel = 'arn:aws:sns:us-east-1:000000000000:news-alerts-channel-summit';
  await page.owner.send(
    new SubscribeCommand({ TopicArn: channel, Protocol: 'email', Endpoint: 'spy@news.example.se' }),
  );
  expect(await page.manageLink(ANN)).toBe('');
  expect(
    page.messagesTo('spy@news.example.se').filter(({ subject }) => subject === 'Your news alerts'),
  ).toEqual([]);
  expect(page.logged).toContainEqual({
    event: 'signup-link-refused',
    fields: { topicId: 'summit', unfiltered: 1 },
  });
});

it('says that a topic is full, and subscribes to the others', async () => {
  const { subscribe } = page.subscribing;
  page.subscribing.subscribe = (subscription, filter) => {
    if (subscription.topicId !== 'rates') return subscribe(subscription, filter);
    throw Object.assign(new Error('too many'), { name: 'FilterPolicyLimitExceededException' });
  };
  const answer = await page.post('/', { address: ANN, topic: ['summit', 'rates'] });
  expect(answer.text).toContain('has room for more subscribers');
  expect(page.links('confirm', ANN)).toHaveLength(1);
});

it('stores and logs no address', async () => {
  await page.signUp(ANN);
  await page.manageLink(ANN);
  await page.post('/', { address: PHONE, topic: ['summit'] });
  const kept = JSON.stringify([...page.table.records]) + JSON.stringify(page.logged);
  expect(kept).not.toContain('ann@');
  expect(kept).not.toContain('2025559123');
  expect(kept).not.toContain('198.51.100');
});

describe('a subscription that somebody has made by hand', () => {
  const HAND = 'hand@news.example.se';
  const arn = (topicId: string) => `arn:aws:sns:us-east-1:000000000000:news-alerts-channel-${topicId}`;
  const subscribe = (topicId: string, FilterPolicy?: string) =>
    page.owner.send(
      new SubscribeCommand({
        TopicArn: arn(topicId),
        Protocol: 'email',
        Endpoint: HAND,
        ReturnSubscriptionArn: true,
        ...(FilterPolicy === undefined ? {} : { Attributes: { FilterPolicy } }),
      }),
    );
  const ID = subscriberId({ protocol: 'email', endpoint: HAND });
  const stop = async () => {
    const key = await page.deps.key();
    return page.post(`/stop?link=${signLink(key, { purpose: 'stop', subscriberId: ID }, page.now)}`, {});
  };

  it('is ended by the link in an HTML mail, beside those that the person has made', async () => {
    await page.stop();
    page = await SignupHarness.start(
      {},
      { name: 'The desk', address: 'desk@x.example', domain: 'x.example' },
    );
    for (const topicId of ['summit', 'rates']) await subscribe(topicId, '{"protocols":["email"]}');
    expect(await page.alert('summit')).toEqual([HAND]);
    expect((await stop()).text).toContain('You are unsubscribed from all alerts');
    for (const topicId of ['summit', 'rates']) expect(await page.alert(topicId)).toEqual([]);

    await page.signUp(HAND);
    await subscribe('rates', '{"protocols":["email"]}');
    await stop();
    for (const topicId of ['summit', 'rates']) expect(await page.alert(topicId)).toEqual([]);
  });

  it('gets a filter when its address signs up, since it would receive what is for others', async () => {
    await subscribe('summit');
    await page.signUp(HAND);
    expect(await page.alert('summit')).toEqual([HAND]);
    expect(await page.subscribing.list('gone', 1)).toEqual([]);
    const [listed] = await page.subscribing.list('summit', 1);
    expect(await page.subscribing.find(listed?.arn ?? '')).toMatchObject({
      filterPolicy: { protocols: ['email', `to-${ID}`] },
    });
  });
});

it('a choice that another overtakes is put in force again', async () => {
  await page.signUp(ANN);
  const link = await page.manageLink(ANN);
  const { setFilter } = page.subscribing;
  page.subscribing.setFilter = async (arn, policy) => {
    page.subscribing.setFilter = setFilter;
    // The person presses the other button before SNS has this filter.
    await page.post(link, { do: 'resume' });
    return setFilter(arn, policy);
  };
  await page.post(link, { do: 'pause' });
  expect(await page.alert('summit')).toEqual([ANN]);
});
