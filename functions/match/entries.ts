import type { Query, Topic } from '../shared/model.ts';

export type WatchedTopic = Pick<Topic, 'id' | 'query' | 'urgent'>;

/** What the engine looks for: a topic, or what is urgent of one. */
export interface Entry {
  readonly id: string;
  readonly query?: Query | undefined;
  /** Says of the topic of this id that its match is urgent, and nothing else. */
  readonly urgent?: true;
}

/** The topics in their order, and behind them what is urgent. */
export function entriesOf(topics: readonly WatchedTopic[]): Entry[] {
  return [
    ...topics.map(({ id, query }) => ({ id, query })),
    ...topics.flatMap(({ id, urgent }) => (urgent ? [{ id, query: urgent, urgent: true as const }] : [])),
  ];
}
