// npm run bench -- sms: see docs/benchmarks.md.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sms from 'sms-segments-calculator';
import { renderSms } from '../../functions/notify/render/render-sms.ts';
import { toGsm7 } from '../../functions/notify/render/to-gsm7.ts';
import { safeText } from '../../functions/shared/text/safe-text.ts';

const DIR = join(import.meta.dirname, '../../../shared/data/multilingual/babel-briefings');
const TOPIC_PREFIX = 'Bridges: ';
/** A link of typical length for a news site. */
const LINK = 'https://courier.example/world/2026/03/01/kessel-bridge-opens';

const say = (line: string) => process.stdout.write(`${line}\n`);
if (!existsSync(DIR)) say('Nothing to measure: ../shared/data/multilingual is missing.');
else {
  const headlines = new Map<string, { language: string; title: string }>();
  for (const file of readdirSync(DIR).filter((name) => name.startsWith('sample_'))) {
    const articles = JSON.parse(readFileSync(join(DIR, file), 'utf8')) as {
      language: string;
      title: string;
    }[];
    for (const { language, title } of articles) headlines.set(title, { language, title: safeText(title) });
  }
  say(
    'SMS parts of messages with the whole headline and a link, and headlines that fit whole into one part with the link:',
  );
  say('| language | headlines | parts unchanged | typography | letters too | whole before | whole now |');
  say('| --- | --- | --- | --- | --- | --- | --- |');
  const byLanguage = Map.groupBy(headlines.values(), ({ language }) => language);
  for (const [language, articles] of [...byLanguage].sort()) row(language, titles(articles));
  row('all', titles([...headlines.values()]));
}

function titles(articles: readonly { title: string }[]): string[] {
  return articles.map(({ title }) => title);
}

function row(name: string, headlines: readonly string[]): void {
  const counts = headlines.map((title) => {
    const text = `${TOPIC_PREFIX}${title}\n${LINK}`.normalize('NFC');
    const [unchanged, typography] = [partsOf(text, false), partsOf(text, true)];
    const letters = Math.min(typography, partsOf(toGsm7(text), true));
    const isWhole = (shown: string) => shown.endsWith(LINK) && !shown.includes(`...\n${LINK}`);
    return [
      unchanged,
      typography,
      letters,
      Number(typography === 1),
      Number(isWhole(renderSms(TOPIC_PREFIX, title, LINK))),
    ];
  });
  const sums = [0, 1, 2, 3, 4].map((n) => counts.reduce((sum, count) => sum + (count[n] ?? 0), 0));
  say(`| ${[name, headlines.length, ...sums].join(' | ')} |`);
}

function partsOf(text: string, smart: boolean): number {
  return new sms.SegmentedMessage(text, 'auto', smart).segmentsCount;
}
