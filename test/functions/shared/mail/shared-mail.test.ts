import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../../functions/shared/model.ts';
import { alertEmail } from '../../../../functions/shared/render/alert-email.ts';
import { alertHtml } from '../../../../functions/shared/render/alert-html.ts';
import { alertSubject } from '../../../../functions/shared/render/alert-subject.ts';
import { alertEntry, alertOf } from '../../../helpers/sample-alerts.ts';

/** Returns a list with an entry for each title, which is a story of its own. */
const listOf = (topicName: string, titles: readonly string[], more: Partial<Alert> = {}) =>
  alertOf({
    id: topicName,
    topicId: topicName,
    topicName,
    kind: 'digest',
    entries: titles.map((title) =>
      alertEntry({
        title,
        itemId: title,
        storyId: `${topicName} ${title}`,
        url: `https://n.example/${title}`,
      }),
    ),
    ...more,
  });
const OWLS = listOf('Owls', ['Nest', 'Flight'], { leftOut: [{ feed: 'The Herald', items: 7 }] });
const BATS = listOf('Bats', ['Tower', 'Nest']);
const STORMS = listOf('Storms', ['Gale'], { kind: 'roundup' });

const linesOf = (alerts: readonly [Alert, ...Alert[]]) => alertEmail(alerts, 'UTC').split('\n');

describe('a mail with the lists of several topics', () => {
  it('names each topic before its news', () => {
    const lines = linesOf([OWLS, BATS, STORMS]);
    const places = [
      '2 stories about “Owls”.',
      'Flight',
      'Too many to list: 7 more items from The Herald.',
      '2 stories about “Bats”.',
      'Tower',
      'More reports on stories about “Storms” that you were already alerted to.',
      'Gale',
      'You receive this from news-alerts because this address is subscribed to “Owls”, “Bats” and “Storms”.',
    ].map((line) => lines.indexOf(line));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('has a report once that two topics list, and says so', () => {
    const lines = linesOf([OWLS, BATS]);
    expect(lines.filter((line) => line === 'Nest')).toHaveLength(1);
    expect(lines.slice(lines.indexOf('Listed above:')).slice(0, 2)).toEqual(['Listed above:', '- Nest']);
    expect(alertHtml([OWLS, BATS], 'UTC').match(/https:\/\/n.example\/Nest/g)).toHaveLength(2);
  });

  it('names the reason of each topic, also for a report that it has above', () => {
    const email = alertEmail([OWLS, BATS], 'UTC');
    expect(email).toMatch(/Listed above:\n- Nest\n {2}Why: “Ostrand”/);
    expect(alertHtml([OWLS, BATS], 'UTC').match(/Why:/g)).toHaveLength(4);
  });

  it('has a report in full if another topic has only its headline, or an edit of it', () => {
    const entry = alertEntry({ title: 'Nest', itemId: 'Nest', summary: 'Two young.' });
    for (const more of [
      { role: 'also' },
      { summary: 'One young.' },
      { added: { text: 'x', words: [] } },
    ] as const) {
      const first = { ...OWLS, entries: [{ ...entry, ...more }] };
      expect(linesOf([first, { ...BATS, entries: [entry] }]), JSON.stringify(more)).not.toContain(
        'Listed above:',
      );
    }
  });

  it('tells in its subject how many topics it has, however long their names are', () => {
    const names = [
      'Municipal elections in the north',
      'Hospital reform',
      'Energy and climate',
      'Local government',
    ];
    const [first = OWLS, ...others] = names.map((name) => listOf(name, [name]));
    expect(alertSubject([first, ...others])).toBe(
      'Municipal…, Hospital… and 2 more, 4 stories: Municipal elections in the north',
    );
  });

  it('has an edited report in both places', () => {
    const edited = { ...BATS, entries: [alertEntry({ title: 'Nest is gone', itemId: 'Nest' })] };
    expect(linesOf([OWLS, edited])).not.toContain('Listed above:');
  });

  it.each<readonly [readonly [Alert, ...Alert[]], string]>([
    [[OWLS], 'Owls, 2 stories: Nest'],
    [[OWLS, BATS], 'Owls, Bats, 3 stories: Nest'],
    [[STORMS, OWLS], 'Storms, Owls, 3 stories: Gale'],
    [[STORMS, listOf('Owls', ['Hoot'], { kind: 'roundup' })], 'Storms, Owls, 2 more reports: Gale'],
    [[listOf('Owls', ['Nest']), listOf('Bats', ['Nest'])], 'Owls, Bats: Nest'],
    [[OWLS, BATS, STORMS, listOf('Floods', ['Dam'])], 'Owls, Bats, Storms and 1 more, 5 stories: Nest'],
    [[OWLS, listOf('Owls', ['Hoot'], { kind: 'welcome', id: 'w' })], 'Owls, 3 stories: Nest'],
  ])('has a subject (%#)', (alerts, subject) => {
    expect(alertSubject(alerts)).toBe(subject);
  });
});
