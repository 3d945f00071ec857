import { createTransport } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../functions/shared/model.ts';
import { alertEmail } from '../../../functions/shared/render/alert-email.ts';
import { composeMail } from '../../../local/mail/compose-mail.ts';
import { toOutboxEntry } from '../../../local/outbox/outbox-entry.ts';
import { alertEntry, alertOf, publishedMessage } from '../../helpers/sample-alerts.ts';

const SENDER = { name: 'News', address: 'alerts+a@news.example', domain: 'news.example' };
const message = (id: string, alert: Partial<Alert> = {}) =>
  toOutboxEntry(publishedMessage(id, alertOf(alert)));
const compose = (...messages: Parameters<typeof composeMail>[0]) =>
  composeMail(messages, 'ann@news.internal', SENDER, () => 'Europe/Berlin');
const idOf = (...messages: Parameters<typeof composeMail>[0]) => compose(...messages).messageId;

/** Returns the mail as it is sent. */
async function sourceOf(mail: ReturnType<typeof compose>): Promise<string> {
  const { message: source } = await createTransport({ streamTransport: true, buffer: true }).sendMail({
    from: 'a@news.example',
    ...mail,
  });
  return String(source).replace(/\r\n[ \t]+/g, ' ');
}

describe('a mail', () => {
  it('has the published text, and the same as HTML', async () => {
    const mail = compose(message('m'));
    expect(mail.text).toBe(alertEmail([alertOf()], 'Europe/Berlin'));
    expect(mail.html).toContain(
      '<a href="https://herald.example/talks">Ostrand and Veloza meet in Port Lumen</a>',
    );
    expect(mail.html).toContain('2031-10-14 10:41 CEST');
    const source = await sourceOf(mail);
    expect(source).toMatch(/^Content-Type: multipart\/alternative/m);
    expect(source.indexOf('text/plain')).toBeLessThan(source.indexOf('text/html'));
  });

  it('says that it was sent automatically, from which list, and how to unsubscribe by mail', async () => {
    const { headers } = compose(message('m'));
    expect(headers).toEqual({
      'List-Id': '<news-alerts-topic-summit.news.example>',
      'List-Unsubscribe':
        '<mailto:alerts%2Ba@news.example?subject=Please%20stop%20summit%20for%20ann%40news.internal>',
      'X-News-Alerts': 'alert-1',
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    });
    const source = await sourceOf(compose(message('m')));
    expect(source).toMatch(/^List-Unsubscribe: ?<mailto:\S+>\r$/m);
    expect(source).not.toMatch(/List-Unsubscribe-Post|Precedence/);
  });

  it.each([
    'Ostrand – Veloza “talks” 🐐',
    'Überschwemmung: Größte Flut',
    'Шторм надвигается',
    '地震',
    'عاصفة',
  ])('has a subject in any script: %s', async (title) => {
    const source = await sourceOf(
      compose(message('m', { topicName: 'T', entries: [alertEntry({ title })] })),
    );
    const encoded = /^Subject: (.*)\r$/m.exec(source)?.[1] ?? '';
    const words = [...encoded.matchAll(/=\?UTF-8\?([QB])\?(.*?)\?=/g)];
    const bytes = words.map(([, encoding, text = '']) =>
      encoding === 'B'
        ? Buffer.from(text, 'base64')
        : Buffer.from(
            text
              .replaceAll('_', ' ')
              .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
            'latin1',
          ),
    );
    expect(`${/^[^=]*/.exec(encoded)?.[0]}${Buffer.concat(bytes).toString('utf8')}`).toContain(title);
  });

  it('has no line that is too long for a server, whatever its names', async () => {
    const long = '地'.repeat(200);
    const alert = {
      topicId: 't'.repeat(200),
      topicName: long,
      entries: [alertEntry({ title: long, summary: long })],
    };
    const mail = composeMail([message('m', alert)], `${long}@news.internal`, SENDER, () => 'UTC');
    const { message: source } = await createTransport({ streamTransport: true, buffer: true }).sendMail({
      from: 'a@b.internal',
      ...mail,
    });
    expect(
      Math.max(
        ...String(source)
          .split('\r\n')
          .map((line) => Buffer.byteLength(line)),
      ),
    ).toBeLessThanOrEqual(998);
  });

  it('keeps its subject on one line, and lets nobody add headers', async () => {
    const entry = { ...message('m'), subject: 'Hello\r\nBcc: eve@news.internal' };
    const source = await sourceOf(compose(entry));
    expect(source).not.toMatch(/^Bcc:/m);
  });

  it('from another publisher has only its text', () => {
    const entry = toOutboxEntry(
      publishedMessage('m', alertOf(), { bodies: { default: 'by hand' }, subject: undefined }),
    );
    expect(compose(entry)).toMatchObject({ text: 'by hand', subject: 'News alert' });
    expect(compose(entry)).not.toHaveProperty('html');
  });
});

describe('the Message-ID', () => {
  it('depends on the news and the recipient, not on the number of publishes or tries', () => {
    expect(idOf(message('m'))).toBe(idOf(message('n')));
    expect(idOf(message('m'))).toMatch(/^<[0-9a-f]{16}@news\.example>$/);
    const others = [
      idOf(message('m', { id: 'other' })),
      idOf(message('m', { entries: [alertEntry({ itemId: 'other' })] })),
      composeMail([message('m')], 'bob@news.internal', SENDER, () => 'UTC').messageId,
    ];
    expect(new Set([idOf(message('m')), ...others]).size).toBe(4);
  });
});

describe('a story', () => {
  it.each<[string, Partial<Alert>, string | undefined]>([
    ['first report', {}, '<story.story-1@news.example>'],
    [
      'follow-up',
      { kind: 'follow-up', entries: [alertEntry(), alertEntry({ itemId: 'b' })] },
      '<story.story-1@news.example>',
    ],
    ['round-up', { kind: 'roundup' }, undefined],
    ['digest of one story', { kind: 'digest' }, undefined],
    ['notice', { kind: 'notice' }, undefined],
    ['alert about two stories', { entries: [alertEntry(), alertEntry({ storyId: 'b' })] }, undefined],
  ])('is one conversation: %s', (_, alert, expected) => {
    const { inReplyTo, references } = compose(message('m', alert));
    expect([inReplyTo, references]).toEqual([expected, expected === undefined ? undefined : [expected]]);
  });
});

describe('a mail for several topics', () => {
  const item = { itemId: 'i', title: 'Quake' };
  const x = message('x', {
    topicId: 'x',
    topicName: 'Quakes',
    entries: [alertEntry({ ...item, storyId: 'sx' })],
  });
  const y = message('y', {
    topicId: 'y',
    topicName: 'Islands',
    entries: [
      alertEntry({ ...item, storyId: 'sy', why: [{ term: 'isle', field: 'title', snippet: 'Quake' }] }),
    ],
  });

  it('names all of them in subject, text and HTML, with the reasons of each', () => {
    const { subject, text, html, references } = compose(x, y);
    expect(subject).toBe('Quakes, Islands: Quake');
    for (const body of [text, html]) {
      expect(body).toContain('Also for “Islands”: “isle”');
      expect(body).toContain('this address is subscribed to “Quakes” and “Islands”.');
    }
    expect(references).toEqual(['<story.sx@news.example>', '<story.sy@news.example>']);
  });

  it('names a topic only once if its alert was published twice', () => {
    expect(compose(x, message('x2', { ...x.alert })).subject).toBe(x.subject);
  });

  it('keeps its subject short, however many topics there are', () => {
    const many = Array.from({ length: 9 }, (_, n) =>
      message(`${n}`, {
        topicId: `${n}`,
        topicName: `A topic with a long name ${n}`,
        entries: [alertEntry({ ...item, title: 'T'.repeat(200) })],
      }),
    );
    expect(compose(x, ...many).subject?.length).toBeLessThan(100);
    expect(compose(x, ...many).text).toContain('Also for “A topic with a long name 8”');
  });
});
