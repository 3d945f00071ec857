import { type Markup, markup } from '../functions/shared/markup.ts';
import { count } from '../functions/shared/text/count.ts';
import type { PageMessage } from '../local/page-data.ts';
import type { PageView } from './link.ts';
import { viewAddress } from './link.ts';
import { dayOf } from './time-markup.ts';

/** Limit on the alerts that are shown without a click. */
const MAX_SHOWN = 50;

/** Returns the alerts grouped by day, newest first. `messageDays`: how many days of alerts are known, if not all. */
export function alertList(
  entries: readonly PageMessage[],
  { topic, all }: PageView,
  card: (entry: PageMessage) => Markup,
  messageDays?: number,
): Markup {
  const wanted = entries.filter(({ alert }) => topic === null || alert?.topicId === topic);
  const shown = all ? wanted : wanted.slice(0, MAX_SHOWN);
  if (shown.length === 0) return noAlerts(topic, messageDays);
  const days = Map.groupBy(shown, ({ at }) => dayOf(at));
  const sections = [...days].map(([day, alerts]) => {
    return markup`<section id="day-${day}"><h2>${day}</h2>${alerts.map(card)}</section>`;
  });
  return markup`${sections}${shown.length < wanted.length ? allAlertsLink(wanted.length, { topic, all: true }) : ''}`;
}

/** Says that there are no alerts, about one topic or at all. `messageDays`: how many days of alerts are known, if not all. */
export function noAlerts(topic: string | null, messageDays?: number): Markup {
  const about = topic === null ? '' : ' about this topic';
  if (messageDays !== undefined)
    return markup`<p class="nothing" id="nothing">No alerts${about} in the last ${String(messageDays)} days.</p>`;
  if (topic !== null) return markup`<p class="nothing" id="nothing">No alerts about this topic yet.</p>`;
  return markup`<p class="nothing" id="nothing"><b>No alerts yet.</b> News on your topics appears here about a minute after a
feed publishes it. Items that the feeds already had come as one digest per topic.</p>`;
}

function allAlertsLink(number: number, view: PageView): Markup {
  return markup`<p id="all"><a href="${viewAddress(view, '/messages')}">Show all ${count(number, 'alert')}</a></p>`;
}
