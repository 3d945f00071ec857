import { expect, it } from 'vitest';
import { parseFeed } from '../../../../../functions/poll/parser/parse.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function hints(inner: string) {
  const source = `<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>t</title>${inner}</channel></rss>`;
  const parsed = await parseFeed(Buffer.from(source), { now: Date.now() });
  return parsed.ok ? parsed.feed.hints : expect.fail(parsed.failure.detail);
}

it.each([
  ['<ttl>15</ttl>', { interval: 15 * MINUTE }],
  ['<ttl> 60 minutes</ttl>', { interval: HOUR }],
  [
    '<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>',
    { interval: 15 * MINUTE },
  ],
  ['<sy:updatePeriod> Daily\n</sy:updatePeriod>', { interval: 24 * HOUR }],
  ['<sy:updateFrequency>2</sy:updateFrequency>', { interval: 12 * HOUR }],
  ['<ttl>5</ttl><sy:updatePeriod>hourly</sy:updatePeriod>', { interval: HOUR }],
  ['<ttl>120</ttl><sy:updatePeriod>hourly</sy:updatePeriod>', { interval: 2 * HOUR }],
  ['<skipHours><hour>0</hour><hour>24</hour><hour>7</hour><hour>x</hour></skipHours>', { skipHours: [0, 7] }],
  ['<skipHours> 1, 2 3</skipHours>', { skipHours: [1, 2, 3] }],
  ['<skipDays><day>Sunday</day><day>sat</day><day>Someday</day></skipDays>', { skipDays: [0, 6] }],
  ['<ttl>0</ttl><skipDays/><skipHours/>', undefined],
  ['<ttl>-5</ttl><sy:updatePeriod>sometimes</sy:updatePeriod>', undefined],
  ['', undefined],
])('%j gives %j', async (inner, expected) => {
  expect(await hints(inner)).toEqual(expected);
});
