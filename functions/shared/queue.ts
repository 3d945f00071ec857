/** A message on its way to a queue. */
export interface Outgoing<Body> {
  readonly body: Body;
  /** FIFO queues: order is kept within a group. Standard queues: fairness between groups, which costs extra. */
  readonly group?: string;
  /** FIFO queues: a second message with this id within five minutes is dropped. */
  readonly deduplication?: string;
}

/** The sending side of a queue. Resolves once every message is accepted; rejects when one was not. */
export interface Queue<Body> {
  send(messages: readonly Outgoing<Body>[]): Promise<void>;
}
