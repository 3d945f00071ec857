import { describe, expect, it } from 'vitest';
import { newInHeadline } from '../../../../functions/notify/story/headline.ts';
import { takesLessThan } from '../../../helpers/processor-time.ts';

const TITLE = 'Talks begin in Port Lumen behind closed doors';

describe('newInHeadline', () => {
  it.each([
    ['case and punctuation', TITLE, 'Talks begin in Port Lumen, behind CLOSED doors!'],
    ['a label at the end', TITLE, `${TITLE} - live`],
    ['a label in front', TITLE, `BREAKING NEWS: ${TITLE}`],
    ['a label in brackets', TITLE, `[UPDATED] ${TITLE}`],
    ['an agency\u2019s count', `UPDATE 1-${TITLE}`, `UPDATE 2-${TITLE}`],
    ['the end of a live page', `LIVE: ${TITLE}`, `${TITLE} – as it happened`],
    ['ways to follow', `${TITLE} - clips, radio & text`, `${TITLE} - highlights & reaction`],
    ['the site', TITLE, `${TITLE} | The Courier of Port Lumen`],
    ['labels of other languages', 'Verhandlungen in Lumen', '+++ Liveticker +++ Verhandlungen in Lumen'],
    ['times of day', 'Live 14:30: Talks go on', 'Live 16h05: Talks go on'],
    ['dates and numbers', 'Storm of 3 March: 12 hurt', 'Storm of 4 March: 250 hurt'],
    ['a typo', 'Presidents hold suprise summit', 'Presidents hold surprise summit'],
    ['swapped letters', 'Minister resigns over lettre', 'Ministre resigns over lettre'],
    ['inflections', 'Flight stopped as anger grows', 'Flights stopping as anger grow'],
    ['hyphens and dots', 'US defends pullout', 'U.S. defends pull-out'],
    ['diacritics', 'Zelenský à Genève', 'Zelensky a Geneve'],
    ['a part that goes away', `${TITLE}, says minister`, TITLE],
    ['all of it going away', TITLE, ''],
    ['nothing at all', '', ''],
    ['clocks alone', '12:30', '12:31'],
    ['a label of a script without spaces', '首脳会談が始まる', '【速報】首脳会談が始まる'],
  ])('finds nothing new in %s', (_what, from, to) => {
    expect(newInHeadline(from, to)).toBe(0);
  });

  it.each([
    [TITLE, 'Talks collapse in Port Lumen', 0.1, 0.45],
    [TITLE, `${TITLE}, minister says`, 0.1, 0.3],
    [TITLE, 'Delegations leave Port Lumen without a word', 0.45, 0.9],
    [TITLE, 'Ferry sinks', 1, 1],
    ['Herring Cup: Lumen v Kessel - live', 'Herring Cup: goalkeeper sent off - live', 1, 1],
    ['', TITLE, 1, 1],
    ['首脳会談が始まる', '首脳会談始まる', 0.01, 0.4],
    ['首脳会談が始まる', '嵐で港が閉鎖される', 1, 1],
    ['การเจรจาเริ่มขึ้น', 'เรือเฟอร์รี่จมในพายุ', 0.6, 1],
    ['Austria leaves talks', 'Australia leaves talks', 0.3, 0.4],
  ])('from %j to %j', (from, to, least, most) => {
    expect(newInHeadline(from, to)).toBeGreaterThanOrEqual(least);
    expect(newInHeadline(from, to)).toBeLessThanOrEqual(most);
  });

  it('takes linear time on hostile headlines', async () => {
    await takesLessThan(500, () => {
      for (const piece of [' | ', '- ', '[', ' – – ', 'A 1-', '選', 'a b c ']) {
        newInHeadline(piece.repeat(500 / piece.length), `${piece.repeat(499 / piece.length)}x`);
      }
    });
  });
});
