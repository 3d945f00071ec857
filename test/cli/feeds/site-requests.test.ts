import { describe, expect, it } from 'vitest';
import { isHostUnavailable, mayRecover, SiteRequests } from '../../../cli/feeds/site-requests.ts';
import type { Failure } from '../../../functions/poll/fetch/fetch.ts';

const at = (name: string) => `https://owls.example/${name}`;

/** Returns requests that all fail like this, and the addresses that were requested. */
function failing(failure: Failure) {
  const asked: string[] = [];
  const requests = new SiteRequests(at(''), {
    fetch: async ({ url }) => {
      asked.push(url);
      return { kind: 'failed', failure };
    },
    read: () => Promise.reject(new Error('nothing to read')),
    now: () => 0,
    onStep: (text) => asked.push(text),
  });
  return { requests, asked };
}

describe('SiteRequests', () => {
  it.each<[number, Failure]>([
    [1, { kind: 'status', detail: 'HTTP 429: too many requests' }],
    [1, { kind: 'status', detail: 'HTTP 503', retryAt: 1 }],
    [2, { kind: 'timeout', detail: 'no response' }],
    [2, { kind: 'unreachable', detail: 'ECONNREFUSED' }],
    [3, { kind: 'status', detail: 'HTTP 404' }],
    [3, { kind: 'status', detail: 'HTTP 503' }],
  ])('sends %i of three requests to a host that fails with %j', async (expected, failure) => {
    const { requests, asked } = failing(failure);
    for (const name of ['a', 'b', 'c'])
      expect(await requests.page(at(name))).toEqual({ kind: 'not', url: at(name), failure });
    expect(asked).toEqual(['a', 'b', 'c'].slice(0, expected).map(at));
    expect(requests.isAvailable(at('d'))).toBe(expected === 3);
  });

  it('still sends requests to other hosts, and shows no step without a request', async () => {
    const { requests, asked } = failing({ kind: 'status', detail: 'HTTP 429' });
    await requests.page(at('a'), 'step a');
    await requests.page(at('b'), 'step b');
    await requests.page('https://other.example/', 'other');
    expect(asked).toEqual(['step a', at('a'), 'other', 'https://other.example/']);
  });

  it('reports a request that was postponed', async () => {
    const requests = new SiteRequests(at(''), {
      fetch: async () => ({ kind: 'postponed', retryAt: 1 }),
      read: () => Promise.reject(new Error('nothing to read')),
      now: () => 0,
      onStep: () => undefined,
    });
    expect(await requests.page(at('a'))).toMatchObject({ failure: { detail: 'no document (postponed)' } });
  });
});

describe('failures', () => {
  it.each<[string, Failure['kind'], boolean, boolean]>([
    ['HTTP 401', 'status', true, true],
    ['HTTP 403: refused', 'status', true, true],
    ['HTTP 404: nothing', 'status', false, false],
    ['HTTP 400', 'status', false, false],
    ['HTTP 4031', 'status', false, true],
    ['HTTP 500', 'status', false, true],
    ['no address', 'refused', true, false],
    ['no response', 'timeout', true, true],
    ['a web page', 'html', false, false],
    ['gone', 'gone', false, false],
  ])('"%s" (%s) makes guesses pointless: %s; may recover: %s', (detail, kind, unavailable, recovers) => {
    expect(isHostUnavailable({ kind, detail })).toBe(unavailable);
    expect(mayRecover({ kind, detail })).toBe(recovers);
  });
});
