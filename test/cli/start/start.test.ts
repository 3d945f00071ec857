import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { deliverySummaryText } from '../../../cli/start/start.ts';
import type { DeliverySummary } from '../../../local/session.ts';
import { runCli } from '../../helpers/cli.ts';

const ALL_SENT: DeliverySummary = {
  waiting: 0,
  hasMailServer: true,
  failed: 0,
  sms: { waiting: 0, failed: 0 },
  chat: { waiting: 0, failed: 0 },
};

it.each<[Partial<DeliverySummary>, string]>([
  [{}, 'Nothing is lost: the next start continues from here.'],
  [
    { waiting: 1 },
    'Nothing is lost: 1 email is not sent yet; the next start sends it (see `news-alerts alerts list`).',
  ],
  [
    { waiting: 3, reason: 'no login' },
    'Nothing is lost: 3 emails wait for the mail server (no login) and go out after the next start, once the server accepts mail again.',
  ],
  [{ waiting: 3, hasMailServer: false }, 'Nothing is lost: 3 emails wait until NEWS_ALERTS_SMTP_URL is set.'],
  [
    { failed: 2 },
    '2 emails could not be delivered; `news-alerts alerts list` shows why. Nothing else is lost: the next start continues from here.',
  ],
  [
    { failed: 1, sms: { waiting: 1, failed: 2 } },
    '1 email and 2 SMS could not be delivered; `news-alerts alerts list` shows why. Nothing else is lost: the next start continues from here. 1 SMS is not sent yet; a start within an hour of the alert sends it.',
  ],
  [
    { chat: { waiting: 2, failed: 1 } },
    '1 chat message could not be delivered; `news-alerts alerts list` shows why. Nothing else is lost: the next start continues from here. 2 chat messages are not sent yet; a start within a day of the alert sends them.',
  ],
])('the last line of start describes the unsent messages: %j', (summary, expected) => {
  expect(deliverySummaryText({ ...ALL_SENT, ...summary })).toBe(expected);
});

// Regression: the demo deleted a folder "demo" with files of the user in it.
it('the demo refuses a folder with other files', async () => {
  const data = mkdtempSync(join(tmpdir(), 'news-alerts-start-'));
  try {
    mkdirSync(join(data, 'demo'));
    writeFileSync(join(data, 'demo/slides.txt'), 'x');
    const demo = ['start', '--demo', '--data', data, '--port', '0'];
    const { code, stderr } = await runCli(demo, {}, (soFar, stop) => soFar.includes('DEMO:') && stop());
    expect(code).toBe(1);
    expect(stderr).toContain(
      `${join(data, 'demo')}: expected an empty folder or the data of an earlier demo`,
    );
    expect(readdirSync(join(data, 'demo'))).toEqual(['slides.txt']);
  } finally {
    rmSync(data, { recursive: true });
  }
});
