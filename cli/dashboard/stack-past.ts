import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LoadedConfig } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { Clock } from '../../functions/shared/model.ts';
import { count } from '../../functions/shared/text/count.ts';
import { formatTime } from '../../local/format-time.ts';
import type { ItemCounts, PageData } from '../../local/page-data.ts';
import { earlierFeedIds } from '../../local/past/earlier-feed-ids.ts';
import { feedLookup } from '../../local/past/feed-lookup.ts';
import { ItemTally } from '../../local/past/item-tally.ts';
import { type Past, pastOf } from '../../local/past/past.ts';
import { scanTable } from '../past/scan-table.ts';
import { faultText } from './paced-read.ts';
import { meteredClient, ReadMeter } from './read-meter.ts';

const MINUTE_MS = 60_000;
/** The past of a busy year takes hundreds of MB, so it is kept only while somebody tries queries. */
const KEPT_MS = 15 * MINUTE_MS;
/** An older past is read again. */
const MAX_AGE_MS = 60 * MINUTE_MS;

interface ReadPast {
  readonly past: Past;
  /** ms. */
  readonly readAt: number;
  /** Read units that the scan took. */
  readonly units: number;
}

/** Returns the stored items of a deployment, which a scan of the whole table reads when somebody first searches them. */
export function stackPast(
  { config, secrets }: LoadedConfig,
  options: {
    readonly client: DynamoDBClient;
    readonly tableName: string;
    readonly clock: Clock;
    /** Counts all reads of the dashboard. */
    readonly meter: ReadMeter;
  },
): Required<Pick<PageData, 'past' | 'pastNote' | 'itemCounts'>> {
  const { client, tableName, clock } = options;
  let reading: Promise<ReadPast> | undefined;
  let kept: ReadPast | undefined;
  let timer: NodeJS.Timeout | undefined;
  const forget = () => {
    kept = undefined;
    reading = undefined;
  };
  const read = async (): Promise<ReadPast> => {
    const readAt = clock();
    const meter = new ReadMeter(Number.POSITIVE_INFINITY, clock);
    try {
      const { items, documentTitles } = await scanTable(
        meteredClient(client, meter),
        tableName,
        config.feeds,
        () => undefined,
      );
      const earlier = earlierFeedIds(config.feeds, secrets);
      const found = items.map((item) => ({ ...item, feedId: earlier.get(item.feedId) ?? item.feedId }));
      const past = pastOf(found, feedLookup(config.feeds, documentTitles), readAt);
      kept = { past, readAt, units: meter.units };
      return kept;
    } catch (error) {
      throw new NewsAlertsError(`cannot read the stored items: ${faultText(error)}`, { cause: error });
    } finally {
      options.meter.addScan(meter.units, meter.requests);
    }
  };
  return {
    async past() {
      if (kept && clock() - kept.readAt > MAX_AGE_MS) forget();
      clearTimeout(timer);
      timer = setTimeout(forget, KEPT_MS).unref();
      reading ??= read();
      reading.catch(forget);
      return (await reading).past;
    },
    pastNote() {
      const zone = config.timeZone ?? 'UTC';
      if (!kept)
        return 'The first search reads the whole table of the deployment: about a cent for 100,000 stored items. The page keeps them for an hour at most, and for 15 minutes after the last search.';
      const { past, readAt, units } = kept;
      return `Searches ${count(past.items.length, 'stored item')}, read at ${formatTime(readAt, zone)} for ${count(Math.ceil(units), 'read unit')} of DynamoDB. They are read again after an hour.`;
    },
    async itemCounts() {
      return kept && tallyOf(kept.past);
    },
  };
}

function tallyOf({ items, to }: Past): ItemCounts {
  const tally = new ItemTally();
  for (const { source, foundAt } of items) tally.add(source.id, to - foundAt);
  return tally.counts();
}
