// npm run bench -- sms: see docs/benchmarks.md.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sms from 'sms-segments-calculator';
import { renderSms } from '../../functions/notify/render/render-sms.ts';
import { toGsm7 } from '../../functions/notify/render/to-gsm7.ts';
import { safeText } from '../../functions/shared/text/safe-text.ts';

const DIR = join(import.meta.dirname, '../../../shared/data/multilingual/babel-briefings');
const TOPIC_PREFIX = 'Bridges: ';
/** As long as those of most news sites. */
const LINK = 'https://courier.example/world/2026/03/01/kessel-bridge-opens';

const say = (line: string) => process.stdout.write(`${line}\n`);
if (!existsSync(DIR)) say('There is nothing to measure on: ../shared/data/multilingual is missing.');
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
    'Parts of messages with the whole headline and a link, and headlines that one part shows whole with it:',
  );
  say('| language | headlines | parts as they are | typography | letters too | whole before | whole now |');
  say('| --- | --- | --- | --- | --- | --- | --- |');
  const byLanguage = Map.groupBy(headlines.values(), ({ language }) => language);
  for (const [language, all] of [...byLanguage].sort()) row(language, titles(all));
  row('all', titles([...headlines.values()]));
}

function titles(articles: readonly { title: string }[]): string[] {
  return articles.map(({ title }) => title);
}

function row(name: string, all: readonly string[]): void {
  const counts = all.map((title) => {
    const text = `${TOPIC_PREFIX}${title}\n${LINK}`.normalize('NFC');
    const [asItIs, typography] = [partsOf(text, false), partsOf(text, true)];
    const letters = Math.min(typography, partsOf(toGsm7(text), true));
    const isWhole = (shown: string) => shown.endsWith(LINK) && !shown.includes(`...\n${LINK}`);
    return [
      asItIs,
      typography,
      letters,
      Number(typography === 1),
      Number(isWhole(renderSms(TOPIC_PREFIX, title, LINK))),
    ];
  });
  const sums = [0, 1, 2, 3, 4].map((n) => counts.reduce((sum, one) => sum + (one[n] ?? 0), 0));
  say(`| ${[name, all.length, ...sums].join(' | ')} |`);
}

function partsOf(text: string, smart: boolean): number {
  return new sms.SegmentedMessage(text, 'auto', smart).segmentsCount;
}
