import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import type { Contact, SignupSettings } from '../shared/model.ts';
import { type LinkPurpose, readLink, type SignedLink, signLink } from '../shared/signed-link.ts';
import { choiceOf } from '../shared/subscriber-filter.ts';
import { subscriberId } from '../shared/subscriber-id.ts';
import { safeText, shorten } from '../shared/text/safe-text.ts';
import { topicOfChannel } from '../shared/topic-of-channel.ts';
import type { SignupDeps } from './deps.ts';
import { addFeedRoute, feedLinks } from './feed-route.ts';
import { networkOf, takePlaces } from './limits.ts';
import { chooseDaily, chooseTopics, muteStories, PAUSE_MS, pause, stopEverything } from './manage.ts';
import { recentStories } from './recent-stories.ts';
import { sendLink } from './send-link.ts';
import { readSettings, type Settings } from './settings.ts';
import { contactIn, MAX_TOPICS_PER_FORM, signUpByEmail, subscribe } from './sign-up.ts';
import { sendCode, useCode } from './sms-code.ts';
import { type SignupPage, STYLE_HASH, signupDocument } from './views/layout.ts';
import { MAX_HEADLINE, type ManageForm, manageView } from './views/manage-view.ts';
import {
  askLinkView,
  checkMailView,
  codeView,
  confirmView,
  faultView,
  noticeView,
} from './views/other-views.ts';
import { signUpView } from './views/sign-up-view.ts';

/** Bytes. The largest form has one field per topic. */
export const MAX_SIGNUP_BODY = 64 * 1024;
/**
 * Forms about an address take at least this long, ms, so that the time does not tell whether somebody is subscribed.
 */
const ANSWER_MS = 2_500;
const SAMPLE_STORIES = 3;
const MANAGED_STORIES = 10;

const LATER = 'There have been too many requests. Try again in an hour; if that fails, tomorrow.';
const FULL =
  'Not every topic has room for more subscribers, so you are not signed up for all of them. Try again later.';
const UNSUBSCRIBED = 'You are unsubscribed from all alerts.';
const BAD_LINK = 'This link cannot be used: it may be incomplete. Ask for a new one.';
const OLD_LINK = 'This link is too old. Ask for a new one.';

type Status = 200 | 400 | 404 | 413 | 429;
type Form = Readonly<Record<string, unknown>>;

export interface SignupOptions {
  /** Returns the address of the page, with a slash at its end. */
  readonly pageUrl: (c: Context) => string;
  /** Returns the internet address of the caller. */
  readonly callerOf: (c: Context) => string;
  /** Waits, ms. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Confirms a subscription by email. Returns false if its token is wrong. Absent where SNS has a page for this. */
  readonly confirm?: (channelArn: string, token: string) => Promise<boolean>;
}

/** Returns the page on which people sign up, and change or end what they receive. Anyone on the internet can call it. */
export function createSignupApp(deps: SignupDeps, options: SignupOptions) {
  const { clock, config, key } = deps;
  const settings: SignupSettings = config.signup ?? { topicIds: [], smsPrefixes: [] };
  const topics = config.topics.filter(({ id }) => settings.topicIds.includes(id));
  const offersSms = settings.smsPrefixes.length > 0;
  const timeZone = config.timeZone ?? 'UTC';
  const stories = recentStories(deps);

  const show = (c: Context, page: SignupPage, status: Status = 200) => c.html(signupDocument(page), status);
  const fail = (c: Context, message: string, status: Status = 400) =>
    show(c, { title: 'Not done', content: faultView(message) }, status);
  const isServed = ({ protocol, endpoint }: Contact) =>
    protocol === 'email' || settings.smsPrefixes.some((prefix) => endpoint.startsWith(prefix));
  const addressFault = offersSms
    ? `Expected an email address, or a phone number that begins with ${settings.smsPrefixes.join(' or ')}.`
    : 'Expected an email address, such as name@example.com.';
  const showForm = async (
    c: Context,
    entered?: { readonly address: string; readonly topicIds: readonly string[] },
    fault?: string,
  ) => {
    const offered = await Promise.all(
      topics.map(async (topic) => ({ topic, sample: await stories(topic.id, SAMPLE_STORIES) })),
    );
    const form = { topics: offered, offersSms, timeZone };
    const content = signUpView({ ...form, ...(entered ? { entered } : {}), ...(fault ? { fault } : {}) });
    return show(c, { title: 'News alerts', content }, fault === undefined ? 200 : 400);
  };
  /** Does something about an address in a time that tells nothing about it. */
  const inEvenTime = async <T>(work: Promise<T>): Promise<T> => {
    const [result] = await Promise.all([work, options.sleep(ANSWER_MS)]);
    return result;
  };
  const withinLimits = (c: Context) => takePlaces(deps, 'formsOfNetwork', networkOf(options.callerOf(c)));
  const codePage = async (c: Context, contact: Contact, topicIds: readonly string[]) =>
    (await inEvenTime(sendCode(deps, contact, networkOf(options.callerOf(c)), topicIds))) === 'done'
      ? show(c, { title: 'Enter the code', content: codeView(contact.endpoint) })
      : fail(c, LATER, 429);
  const linkOf = async (c: Context, purpose: LinkPurpose): Promise<SignedLink | string> => {
    const link = readLink(await key(), purpose, c.req.query('link') ?? '', clock());
    return link === 'invalid' ? BAD_LINK : link === 'expired' ? OLD_LINK : link;
  };
  // SNS sends a mail for each topic.
  const isOneMail = config.htmlEmail !== undefined || options.confirm !== undefined;
  const showSettings = async (c: Context, link: string, id: string, done?: string) => {
    const read = await readSettings(deps, id);
    const { contact, subscriptions, subscriber } = read;
    if (!contact) {
      const content = noticeView(done ?? 'You have no subscriptions here.');
      return show(c, { title: 'News alerts', content });
    }
    const { isPaused, mutedStories, emails } = choiceOf(subscriber, clock());
    const shown = config.topics.filter(({ id }) => settings.topicIds.includes(id) || subscriptions.has(id));
    const received = shown.filter(({ id }) => subscriptions.has(id));
    const signingKey = settings.feeds ? await key() : undefined;
    const lately = await Promise.all(received.map(({ id }) => stories(id, MANAGED_STORIES)));
    const form: ManageForm = {
      link,
      contact,
      topics: shown.map((topic) => {
        const subscription = subscriptions.get(topic.id);
        const state = subscription === undefined ? 'off' : subscription.isPending ? 'waiting' : 'on';
        return { topic, state, feeds: state === 'on' && signingKey ? feedLinks(signingKey, topic.id) : [] };
      }),
      daily:
        settings.digest && contact.protocol === 'email'
          ? { ...settings.digest, isChosen: emails === 'daily', isOneMail, received }
          : undefined,
      pausedUntil: isPaused ? subscriber?.pausedUntil : undefined,
      stories: lately
        .flatMap((of, n) => of.map((story) => ({ ...story, topicName: received[n]?.name ?? '' })))
        .toSorted((a, b) => (a.openedAt < b.openedAt ? 1 : -1))
        .slice(0, MANAGED_STORIES)
        .map(({ id: storyId, title, topicName }) => ({
          storyId,
          title,
          ...(received.length > 1 ? { topicName } : {}),
          isMuted: mutedStories.includes(storyId),
        })),
      timeZone,
    };
    const content = manageView({ ...form, ...(done === undefined ? {} : { done }) });
    return show(c, { title: 'What you receive', content });
  };

  const app = new Hono<{ Variables: { form: Form } }>();
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: [STYLE_HASH],
        imgSrc: ['data:'],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      // Addresses of pages contain links that are meant for one person.
      referrerPolicy: 'no-referrer',
      xFrameOptions: 'DENY',
    }),
  );
  app.use(async (c, next) => {
    await next();
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  });
  app.post(
    '*',
    bodyLimit({
      maxSize: MAX_SIGNUP_BODY,
      onError: (c) => fail(c, 'This form could not be read. Go back, reload the page and try again.', 413),
    }),
    async (c, next) => {
      // Another site must not use its visitors' browsers, and so their networks. Mail programs send no such header.
      const isOfOtherSite = c.req.header('sec-fetch-site') === 'cross-site';
      const form = isOfOtherSite ? undefined : await c.req.parseBody({ all: true }).catch(() => undefined);
      if (!form) return fail(c, 'This form could not be read. Go back, reload the page and try again.');
      c.set('form', form);
      return next();
    },
  );

  if (settings.feeds) addFeedRoute(app, deps, { ...options, refuse: (c) => fail(c, LATER, 429) });

  app.get('/', (c) => showForm(c));
  app.post('/', async (c) => {
    const form = c.get('form');
    const address = textOf(form.address);
    const chosen = [form.topic ?? []].flat().map(textOf);
    const entered = { address, topicIds: chosen };
    const contact = contactIn(address);
    const topicIds = topics.map(({ id }) => id).filter((id) => chosen.includes(id));
    if (topicIds.length === 0) return showForm(c, entered, 'Choose at least one topic.');
    if (topicIds.length > MAX_TOPICS_PER_FORM)
      return showForm(c, entered, `Choose at most ${MAX_TOPICS_PER_FORM} topics; you can add others later.`);
    if (!contact || !isServed(contact)) return showForm(c, entered, addressFault);
    if (!(await withinLimits(c))) return fail(c, LATER, 429);
    if (contact.protocol === 'sms') return codePage(c, contact, topicIds);
    const result = await inEvenTime(signUpByEmail(deps, contact, topicIds));
    if (result === 'done') return show(c, { title: 'Check your mail', content: checkMailView(false) });
    return fail(c, result === 'full' ? FULL : LATER, 429);
  });

  app.post('/code', async (c) => {
    const form = c.get('form');
    const contact = contactIn(textOf(form.number));
    if (contact?.protocol !== 'sms' || !isServed(contact)) return fail(c, addressFault);
    if (!(await withinLimits(c))) return fail(c, LATER, 429);
    const topicIds = await inEvenTime(useCode(deps, contact, textOf(form.code)));
    if (topicIds === undefined) {
      const content = codeView(
        contact.endpoint,
        'This code is wrong or has expired. Check it, or start again for a new one.',
      );
      return show(c, { title: 'Enter the code', content }, 400);
    }
    const result = topicIds.length === 0 ? 'done' : await subscribe(deps, contact, topicIds);
    const id = subscriberId(contact);
    const link = signLink(await key(), { purpose: 'manage', subscriberId: id }, clock());
    const done = result === 'full' ? FULL : topicIds.length > 0 ? 'You are subscribed.' : undefined;
    return showSettings(c, link, id, done);
  });

  app.get('/manage', async (c) => {
    if (c.req.query('link') === undefined)
      return show(c, { title: 'What you receive', content: askLinkView(offersSms) });
    const link = await linkOf(c, 'manage');
    if (typeof link !== 'string') return showSettings(c, c.req.query('link') ?? '', link.subscriberId);
    return show(c, { title: 'What you receive', content: askLinkView(offersSms, link) }, 400);
  });
  app.post('/manage', async (c) => {
    if (!(await withinLimits(c))) return fail(c, LATER, 429);
    const form = c.get('form');
    if (c.req.query('link') === undefined) {
      const contact = contactIn(textOf(form.address));
      if (!contact || !isServed(contact))
        return show(c, { title: 'What you receive', content: askLinkView(offersSms, addressFault) }, 400);
      if (contact.protocol === 'sms') return codePage(c, contact, []);
      const result = await inEvenTime(sendLink(deps, contact, options.pageUrl(c)));
      if (result === 'later') return fail(c, LATER, 429);
      return show(c, { title: 'Check your mail', content: checkMailView(true) });
    }
    const link = await linkOf(c, 'manage');
    if (typeof link === 'string') return fail(c, link);
    const read = await readSettings(deps, link.subscriberId);
    const done = await change(read, textOf(form.do), form);
    if (done === undefined)
      return fail(c, 'This form could not be read. Go back, reload the page and try again.');
    return showSettings(c, c.req.query('link') ?? '', link.subscriberId, done);
  });

  /** Does what a form of the settings asks. Returns what was done; undefined if it asks nothing that exists. */
  async function change(read: Settings, action: string, form: Form): Promise<string | undefined> {
    const storyId = textOf(form.story);
    switch (action) {
      case 'topics': {
        const chosen = [form.topic ?? []].flat().map(textOf);
        if (chosen.length === 0) {
          await stopEverything(deps, read.id);
          return UNSUBSCRIBED;
        }
        const offered = new Set([...settings.topicIds, ...read.subscriptions.keys()]);
        const result = await chooseTopics(
          deps,
          read,
          chosen.filter((id) => offered.has(id)),
        );
        if (result === 'later') return LATER;
        if (result === 'too-many') return `Add at most ${MAX_TOPICS_PER_FORM} topics at once.`;
        if (result === 'full') return FULL;
        const isNew = chosen.some((id) => offered.has(id) && !read.subscriptions.has(id));
        return isNew && read.contact?.protocol === 'email'
          ? 'Saved. We have sent you an email to confirm each new topic.'
          : 'Saved.';
      }
      case 'daily': {
        if (!settings.digest || read.contact?.protocol !== 'email') return undefined;
        const isDaily = textOf(form.daily) === 'yes';
        await chooseDaily(deps, read, isDaily);
        return isDaily
          ? 'Saved. You get one email a day. Alerts of the next quarter of an hour may still come at once, and the first daily email may repeat some.'
          : 'Saved. You get alerts at once again. What waits for the next daily email still comes with it.';
      }
      case 'pause':
        await pause(deps, read, clock() + PAUSE_MS);
        return 'Paused. Alerts of the next quarter of an hour may still come.';
      case 'resume':
        await pause(deps, read, undefined);
        return 'You get alerts again, within a quarter of an hour.';
      case 'mute':
      case 'unmute':
        await muteStories(deps, read, [storyId], action === 'mute');
        return action === 'mute'
          ? 'Muted. You get no more alerts about this story, after a quarter of an hour at most.'
          : 'Unmuted. You get alerts about this story again.';
      case 'stop':
        await stopEverything(deps, read.id);
        return UNSUBSCRIBED;
      default:
        return undefined;
    }
  }

  /** Links in messages: a page that asks first, and the form that does it. */
  const addLinkedAction = (
    path: '/stop' | '/mute',
    purpose: LinkPurpose,
    texts: {
      readonly question: string | ((link: SignedLink) => Promise<string>);
      readonly button: string;
      readonly done: string;
    },
    act: (link: SignedLink) => Promise<void>,
  ) => {
    const title = 'News alerts';
    app.get(path, async (c) => {
      const link = await linkOf(c, purpose);
      if (typeof link === 'string') return fail(c, link);
      const action = `.${path}?link=${encodeURIComponent(c.req.query('link') ?? '')}`;
      const question = typeof texts.question === 'string' ? texts.question : await texts.question(link);
      return show(c, { title, content: confirmView(question, action, texts.button) });
    });
    // Mail programs post here for their own button (RFC 8058).
    app.post(path, async (c) => {
      const link = await linkOf(c, purpose);
      if (typeof link === 'string') return fail(c, link);
      await act(link);
      return show(c, { title, content: noticeView(texts.done) });
    });
  };
  addLinkedAction(
    '/stop',
    'stop',
    {
      question: 'Unsubscribe from all alerts?',
      button: 'Unsubscribe from everything',
      done: UNSUBSCRIBED,
    },
    (link) => stopEverything(deps, link.subscriberId),
  );
  addLinkedAction(
    '/mute',
    'mute',
    {
      question: async ({ subscriberId: id, storyIds = [] }) => {
        const { subscriptions } = await readSettings(deps, id);
        const latest = await Promise.all(
          [...subscriptions.keys()].map((topicId) => stories(topicId, MANAGED_STORIES)),
        );
        const story = latest.flat().find((one) => storyIds.includes(one.id));
        return story ? `Mute “${shorten(safeText(story.title), MAX_HEADLINE)}”?` : 'Mute this story?';
      },
      button: 'Mute it',
      done: 'Muted. You get no more alerts about this story, after a quarter of an hour at most.',
    },
    async ({ subscriberId: id, storyIds = [] }) =>
      muteStories(deps, await readSettings(deps, id), storyIds, true),
  );

  const { confirm } = options;
  if (confirm) {
    const title = 'News alerts';
    const about = (c: Context) => {
      // Anybody can write such a link, so it tells only the names that the form shows.
      const topic = topicOfChannel(topics, c.req.query('topic') ?? '');
      return topic ? `alerts about “${topic.name}”` : 'these news alerts';
    };
    app.get('/confirm', (c) => {
      const action = `./confirm?${new URLSearchParams(c.req.query())}`;
      return show(c, {
        title,
        content: confirmView(`Do you want ${about(c)}?`, action, 'Yes, send them'),
      });
    });
    app.post('/confirm', async (c) => {
      if (!(await confirm(c.req.query('topic') ?? '', c.req.query('token') ?? ''))) return fail(c, BAD_LINK);
      return show(c, { title, content: noticeView(`Thank you. You get ${about(c)} from now on.`) });
    });
  }

  app.notFound((c) => fail(c, 'There is no such page.', 404));
  app.onError((error, c) => {
    deps.log.error('signup-failed', {
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return c.html(
      signupDocument({
        title: 'Not done',
        content: faultView('Something went wrong here. Try again in a minute.'),
      }),
      500,
    );
  });
  return app;
}

/** Returns the text of a form's field; '' if it has none. */
const textOf = (field: unknown): string => (typeof field === 'string' ? field : '');
