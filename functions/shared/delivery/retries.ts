import type { Pauses } from '../retry-pause.ts';

/** Between two tries of one message, and between two tries for one recipient, ms. */
export const DELIVERY_PAUSES: Pauses = [5_000, 30 * 60_000];
/** After this long, an alert is tried again for which our own storage or the list of recipients failed, ms. */
export const ERROR_PAUSE_MS = 60_000;
/** After this long, a message is not tried again, ms. */
export const GIVE_UP_MS = 24 * 3_600_000;
