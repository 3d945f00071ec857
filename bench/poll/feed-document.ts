import { type SeededRandom, seededRandom } from '../../test/helpers/seeded-random.ts';

const WORDS =
  'the of and to in harbour council ferry bridge season river market talks summit port budget weather storm train school vote minister engine garden museum record price winter bread glass copper letter signal island'.split(
    ' ',
  );
const START = Date.parse('2026-03-02T12:00:00Z');
const HOUR = 3_600_000;

/** Returns a realistic RSS document, the same for the same feed number. Most have some 20 KB, a few ten times as much. */
export function feedDocument(number: number, revision: number): string {
  const random = seededRandom(number + 1);
  // Feed sizes are log-normal, and the sum of three random numbers is close enough to normal.
  const size = 20 * Math.exp((random.fraction() + random.fraction() + random.fraction() - 1.5) * 2);
  const count = random.between(10, 40);
  const perItem = Math.max(150, (size * 1024) / count);
  const items: string[] = [];
  for (let n = revision; n > revision - count; n--) items.push(item(number, n, perItem));
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Feed ${number}</title><link>https://feed-${number}.example/</link><description>Invented news</description>
${items.join('\n')}
</channel></rss>`;
}

function item(feed: number, number: number, bytes: number): string {
  const random = seededRandom(feed * 100_003 + number);
  const link = `https://feed-${feed}.example/news/${number}?utm_source=rss`;
  return `<item><title>${text(random, 60)}</title><link>${link}</link><guid isPermaLink="false">${feed}-${number}</guid><pubDate>${new Date(START + number * HOUR).toUTCString()}</pubDate><dc:creator>${text(random, 12)}</dc:creator><category>${text(random, 8)}</category><description>&lt;p&gt;${text(random, Math.min(400, bytes / 2))} &amp;amp; more&lt;/p&gt;</description><content:encoded><![CDATA[<p>${text(random, bytes - 500)}</p><img src="${link}&amp;w=640" alt="">]]></content:encoded></item>`;
}

function text(random: SeededRandom, length: number): string {
  let words = '';
  while (words.length < length) words += `${random.pick(WORDS)} `;
  return words.trimEnd();
}
