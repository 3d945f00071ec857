import { beforeEach, describe, expect, it } from 'vitest';
import { parameters } from '../../../../functions/shared/aws/parameters.ts';
import { loopbackServer } from '../../../helpers/loopback-server.ts';

const MINUTE = 60_000;
const sdk = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1 };

let now: number;
let store: Record<string, string>;
let isDown: boolean;
let calls: string[][];
let endpoint: string;

beforeEach(async () => {
  now = 0;
  store = {};
  isDown = false;
  calls = [];
  ({ url: endpoint } = await loopbackServer((response, _, { body, headers }) => {
    expect(headers['x-amz-target']).toBe('AmazonSSM.GetParameters');
    const { Names, WithDecryption } = JSON.parse(body) as { Names: string[]; WithDecryption: boolean };
    expect(WithDecryption).toBe(true);
    calls.push(Names);
    const type = { 'content-type': 'application/x-amz-json-1.1' };
    if (isDown) {
      response.writeHead(400, type).end(JSON.stringify({ __type: 'AccessDeniedException', message: 'no' }));
      return;
    }
    const Parameters = Names.filter((Name) => Name in store).map((Name) => ({ Name, Value: store[Name] }));
    response.writeHead(200, type).end(JSON.stringify({ Parameters }));
  }));
});

const reader = (...names: string[]) => parameters('/news-alerts/S/', names, () => now, { ...sdk, endpoint });

describe('secrets in the Parameter Store', () => {
  it('are read once for all feeds, and again after five minutes, so a new value needs no deployment', async () => {
    store['/news-alerts/S/KEY'] = 'one';
    const get = reader('KEY');
    expect(await Promise.all([get('KEY'), get('KEY')])).toEqual([{ value: 'one' }, { value: 'one' }]);
    store['/news-alerts/S/KEY'] = 'two';
    now = 5 * MINUTE - 1;
    expect(await get('KEY')).toEqual({ value: 'one' });
    now = 5 * MINUTE;
    expect(await get('KEY')).toEqual({ value: 'two' });
    expect(calls).toEqual([['/news-alerts/S/KEY'], ['/news-alerts/S/KEY']]);
  });

  it('are read ten at a time', async () => {
    const names = Array.from({ length: 25 }, (_, n) => `K${n}`);
    for (const name of names) store[`/news-alerts/S/${name}`] = name;
    const get = reader(...names);
    expect(await Promise.all(names.map(get))).toEqual(names.map((value) => ({ value })));
    expect(calls.map(({ length }) => length)).toEqual([10, 10, 5]);
  });

  it('are read again soon when they are missing, and the fault names the command that creates them', async () => {
    const get = reader('KEY');
    expect(await get('KEY')).toEqual({
      fault:
        'expected the parameter /news-alerts/S/KEY, got none; create it with: aws ssm put-parameter --name /news-alerts/S/KEY --type SecureString --value …',
    });
    store['/news-alerts/S/KEY'] = 'one';
    now = MINUTE;
    expect(await get('KEY')).toEqual({ value: 'one' });
  });

  it('stay in use when a read fails; a fault says so for those that were never read', async () => {
    store['/news-alerts/S/KEY'] = 'one';
    const get = reader('KEY');
    await get('KEY');
    isDown = true;
    now = 10 * MINUTE;
    expect(await get('KEY')).toEqual({ value: 'one' });
    expect(await reader('KEY')('KEY')).toEqual({
      fault:
        'expected to read the parameter /news-alerts/S/KEY, got AccessDeniedException from the Parameter Store; it will be read again',
    });
  });
});
