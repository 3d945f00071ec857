import type { Alert } from '../functions/shared/model.ts';

/** The names of alert kinds, as the terminal and the page show them. */
export const ALERT_KIND_NAMES: Readonly<Record<Alert['kind'], string>> = {
  new: 'new',
  'follow-up': 'follow-up',
  roundup: 'round-up',
  digest: 'digest',
  welcome: 'first look',
  notice: 'notice',
};
