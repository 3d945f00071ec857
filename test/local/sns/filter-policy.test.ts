import { PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { matchesPolicy, parseFilterPolicy } from '../../../local/sns/filter-policy.ts';
import type { Scalar } from '../../../local/sns/filter-rule.ts';
import { startEndpoint } from './started-endpoint.ts';

const decides = (policy: object, attributes: Record<string, readonly Scalar[]>): boolean =>
  matchesPolicy(parseFilterPolicy(JSON.stringify(policy)), new Map(Object.entries(attributes)));

describe('matchesPolicy', () => {
  it.each<[object, Record<string, readonly Scalar[]>, boolean]>([
    [{}, {}, true],
    [{ p: ['email'] }, { p: ['email'] }, true],
    [{ p: ['email'] }, { p: ['Email'] }, false],
    [{ p: ['email'] }, {}, false],
    [{ p: ['email', 'sms'] }, { p: ['sms'] }, true],
    [{ p: ['sms'] }, { p: ['email', 'sms'] }, true],
    [{ p: ['sms'] }, { p: [] }, false],
    [{ p: ['sms'], q: ['x'] }, { p: ['sms'], q: ['x'] }, true],
    [{ p: ['sms'], q: ['x'] }, { p: ['sms'] }, false],
    [{ p: [{ exists: true }] }, { p: [] }, true],
    [{ p: [{ exists: true }] }, {}, false],
    [{ p: [{ exists: false }] }, {}, true],
    [{ p: [{ exists: false }] }, { p: ['x'] }, false],
    [{ p: ['x', { exists: false }] }, {}, true],
    [{ p: [{ prefix: 'em' }] }, { p: ['email'] }, true],
    [{ p: [{ prefix: 'em' }] }, { p: ['sms', 5] }, false],
    [{ p: [{ suffix: 'il' }] }, { p: ['email'] }, true],
    [{ p: [{ 'equals-ignore-case': 'EMAIL' }] }, { p: ['email'] }, true],
    [{ p: [{ 'anything-but': 'sms' }] }, { p: ['email'] }, true],
    [{ p: [{ 'anything-but': ['sms', 'email'] }] }, { p: ['email'] }, false],
    [{ p: [{ 'anything-but': ['rugby', 'tennis'] }] }, { p: ['rugby', 'baseball'] }, true],
    [{ p: [{ 'anything-but': 'sms' }] }, {}, false],
    [{ p: [{ 'anything-but': { prefix: 'em' } }] }, { p: ['email'] }, false],
    [{ p: [{ 'anything-but': { prefix: 'em' } }] }, { p: ['sms'] }, true],
    [{ n: [5] }, { n: [5] }, true],
    [{ n: [5] }, { n: ['5'] }, false],
    [{ n: [null, true] }, { n: [true] }, true],
    [{ n: [{ numeric: ['=', 5] }] }, { n: [5] }, true],
    [{ n: [{ numeric: ['>', 5] }] }, { n: [5] }, false],
    [{ n: [{ numeric: ['<=', 5] }] }, { n: [5] }, true],
    [{ n: [{ numeric: ['>=', 5, '<', 10] }] }, { n: [9.5] }, true],
    [{ n: [{ numeric: ['>=', 5, '<', 10] }] }, { n: [10] }, false],
    [{ n: [{ numeric: ['>', 5] }] }, { n: ['9'] }, false],
  ])('%j on %j: %s', (policy, attributes, expected) => {
    expect(decides(policy, attributes)).toBe(expected);
  });
});

describe('parseFilterPolicy', () => {
  it.each([
    ['x', 'failed to parse JSON'],
    ['[]', 'failed to parse JSON'],
    ['null', 'failed to parse JSON'],
    ['{"a":"x"}', '"a" must be an object or an array'],
    ['{"a":{"b":["x"]}}', 'does not support nested filter policy'],
    ['{"$or":[{"a":["x"]},{"b":["x"]}]}', '$or is not supported'],
    ['{"a":[]}', 'Empty arrays are not allowed'],
    ['{"a":[["x"]]}', 'Match value must be String, number, true, false, or null'],
    ['{"a":[{}]}', 'Only one key allowed in match expression'],
    ['{"a":[{"prefix":"x","suffix":"y"}]}', 'Only one key allowed in match expression'],
    ['{"a":[{"like":"x"}]}', 'Unrecognized match type like'],
    ['{"a":[{"prefix":1}]}', 'prefix match pattern must be a string'],
    ['{"a":[{"exists":"yes"}]}', 'exists match pattern must be either true or false.'],
    ['{"a":[{"anything-but":[]}]}', 'Empty arrays are not allowed'],
    ['{"a":[{"anything-but":[{}]}]}', 'Match value must be String, number, true, false, or null'],
    ['{"a":[{"anything-but":{"suffix":"x"}}]}', 'Unsupported anything-but pattern: suffix'],
    ['{"a":[{"numeric":[]}]}', 'Invalid member in numeric match'],
    ['{"a":[{"numeric":[1]}]}', 'Invalid member in numeric match: 1'],
    ['{"a":[{"numeric":["~",1]}]}', 'Unrecognized numeric range operator: ~'],
    ['{"a":[{"numeric":["=","1"]}]}', 'Value of equals must be numeric'],
    ['{"a":[{"numeric":["<",1,">",5]}]}', 'Too many elements in numeric expression'],
    ['{"a":[{"numeric":[">",1,"=",5]}]}', 'Bad numeric range operator: ='],
    ['{"a":[{"numeric":[">",5,"<",1]}]}', 'Bottom must be less than top'],
    ['{"a":[{"numeric":[">",1,"<",5,"<",6]}]}', 'Too many terms in numeric range expression'],
    ['{"a":["x"],"b":["x"],"c":["x"],"d":["x"],"e":["x"],"f":["x"]}', 'can not have more than 5 keys'],
    [JSON.stringify({ a: Array(13).fill('x'), b: Array(12).fill('x') }), 'Filter policy is too complex'],
  ])('refuses %s', (policy, message) => {
    expect(() => parseFilterPolicy(policy)).toThrow(message);
  });
});

describe('a published message', () => {
  it('reaches the subscriptions whose policy matches its protocols attribute', async () => {
    const { client, channel, published, delivered } = await startEndpoint();
    const TopicArn = await channel();
    const subscribe = (Protocol: string, Endpoint: string, policy?: object) =>
      client.send(
        new SubscribeCommand({
          TopicArn,
          Protocol,
          Endpoint,
          ...(policy && { Attributes: { FilterPolicy: JSON.stringify(policy) } }),
        }),
      );
    await subscribe('email', 'ann@example.com');
    await subscribe('sms', '+15550100', { protocols: ['sms'] });
    const publish = (protocols?: readonly string[]) =>
      client.send(
        new PublishCommand({
          TopicArn,
          Message: 'm',
          ...(protocols && {
            MessageAttributes: {
              protocols: { DataType: 'String.Array', StringValue: JSON.stringify(protocols) },
            },
          }),
        }),
      );
    await publish(['email', 'sms']);
    await publish(['email']);
    await publish();
    expect(published.map(({ receivers }) => receivers.length)).toEqual([2, 1, 1]);
    expect(delivered.map(({ protocol }) => protocol)).toEqual(['email', 'sms', 'email', 'email']);
  });
});
