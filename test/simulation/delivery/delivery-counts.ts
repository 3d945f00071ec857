/** The counts of the functions that deliver alerts to recipients themselves. */
export interface DeliveryCounts {
  /** Alerts that recipients at chat services were owed. */
  readonly chat: number;
  /** Messages that chat services accepted, and those that they accepted again, in doubt. */
  readonly chatAccepted: number;
  readonly chatRepeated: number;
  /** Alerts that readers of HTML mail were owed. */
  readonly mail: number;
  /** Mails that SES accepted, and those that it accepted again, in doubt. */
  readonly mailAccepted: number;
  readonly mailRepeated: number;
  /** Mails that are missing because of `skip`, since an earlier attempt may have sent them. */
  readonly mailSkipped: number;
}

export const NO_DELIVERIES: DeliveryCounts = {
  chat: 0,
  chatAccepted: 0,
  chatRepeated: 0,
  mail: 0,
  mailAccepted: 0,
  mailRepeated: 0,
  mailSkipped: 0,
};
