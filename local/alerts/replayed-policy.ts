import { overflowDue } from '../../functions/notify/caps.ts';
import { DIGEST_ENTRIES } from '../../functions/notify/deliver.ts';
import { dueOf } from '../../functions/notify/due.ts';
import type { DeliveryPolicy, Protocol } from '../../functions/shared/model.ts';
import type { Limited, Places } from '../../functions/shared/store/places.ts';

/** Something that was news of a topic once. */
export interface PastNews {
  readonly id: string;
  readonly at: number;
  readonly urgent: boolean;
}

export interface Messages {
  readonly atOnce: number;
  /** Those of more than a hundred entries are several. */
  readonly digests: number;
}

/** How many messages a policy makes of news, oldest first, by the rules by which notify tells it. */
export async function replayed(
  topicId: string,
  policy: DeliveryPolicy,
  protocols: readonly Protocol[],
  news: readonly PastNews[],
  now: number,
): Promise<Messages> {
  const places = placesInMemory();
  const waiting = new Map<number, number>();
  let atOnce = 0;
  for (const { id, at, urgent } of news) {
    const occasion = { loudness: 'alert', tickAt: new Date(at).toISOString(), urgent } as const;
    const due =
      dueOf(policy, occasion, at) ??
      (await overflowDue(places, topicId, { id, policy, protocols, urgent }, at));
    if (due === undefined) atOnce++;
    else waiting.set(due, (waiting.get(due) ?? 0) + 1);
  }
  // What waits now is a message of the days to come.
  const digests = [...waiting]
    .filter(([due]) => due <= now)
    .map(([, entries]) => Math.ceil(entries / DIGEST_ENTRIES));
  return { atOnce, digests: digests.reduce((sum, count) => sum + count, 0) };
}

function placesInMemory(): Places {
  const taken = new Map<string, Set<string>>();
  const namesOf = ({ pk, sk }: Limited) => taken.get(`${pk} ${sk}`) ?? new Set();
  const isRoom = (of: Limited, taker: string) => namesOf(of).has(taker) || namesOf(of).size < of.limit;
  return {
    isRoom: async (of, taker) => isRoom(of, taker),
    async take(of, taker) {
      if (!isRoom(of, taker)) return 'full';
      taken.set(`${of.pk} ${of.sk}`, namesOf(of).add(taker));
      return 'taken';
    },
  };
}
