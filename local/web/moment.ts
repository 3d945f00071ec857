import { type Markup, markup } from '../markup.ts';

// The page is read on the machine that makes it, so the machine's time zone is the reader's.
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const seconds = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const day = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const shortDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' });
const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });

/** A time of day; the whole of it on hovering. Feeds give what they like: where it is no time, nothing. */
export function timeOfDay(iso: string, format = clock): Markup {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return markup``;
  return markup`<time datetime="${date.toISOString()}" title="${full.format(date)}">${format.format(date)}</time>`;
}

/** With seconds. */
export const exactTime = (iso: string): Markup => timeOfDay(iso, seconds);

/** "Tuesday 14 October 2031" */
export function dayOf(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? '' : day.format(date);
}

/** A time of day, with the day where it is another than that of `beside`. */
export function timeBeside(iso: string, beside: string): Markup {
  const time = timeOfDay(iso);
  return time.source === '' || dayOf(iso) === dayOf(beside)
    ? time
    : markup`${shortDay.format(new Date(iso))}, ${time}`;
}

export const timeZone = (): string => clock.resolvedOptions().timeZone;
