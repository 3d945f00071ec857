/** The result of one try to send a message to a recipient. No text in it contains a secret or an address. */
export type SendOutcome =
  /** `thread`: the thread that the message began or continued, for later messages about its story. */
  | { readonly kind: 'sent'; readonly answer: string; readonly thread?: string }
  /** `pauseMs`: what the service asked for. `mayBeSent`: the service may have accepted the message. */
  | {
      readonly kind: 'retry';
      readonly detail: string;
      readonly pauseMs?: number;
      readonly mayBeSent?: true;
    }
  /** Another try would be refused as well. `detail` says what to do. */
  | { readonly kind: 'refused'; readonly detail: string };
