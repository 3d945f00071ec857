import type { Alert } from '../shared/model.ts';
import { alertTitle } from './alert-document.ts';

/** Returns the id of the story that an alert is about, or undefined for a digest or a notice, which may be about several. */
export function threadStoryOf({ kind, entries }: Alert): string | undefined {
  return kind === 'new' || kind === 'follow-up' ? entries[0]?.storyId : undefined;
}

/** Returns the name of a thread that this alert begins: the first headline of its story, or the alert's title. */
export function threadNameOf(alert: Alert): string {
  const [first] = alert.entries;
  if (threadStoryOf(alert) === undefined || first === undefined) return alertTitle(alert);
  return first.story?.title ?? first.title;
}
