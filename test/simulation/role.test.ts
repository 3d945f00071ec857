import { describe, expect, it } from 'vitest';
import { type DeployedQueueName, type QueueName, STAGES } from '../../functions/shared/pipeline.ts';
import { deadUrlOf, refusalOf } from './aws/role.ts';
import type { Call } from './aws/wire.ts';

const urlOf = (queue: DeployedQueueName) => `http://127.0.0.1/0/${queue}`;
const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });
const dynamodb = (operation: string, input: object): Call => ({
  service: 'dynamodb',
  operation,
  input: { TableName: 'table', ...input },
});
const put = (pk: string) => dynamodb('PutItem', { Item: key(pk) });
const get = (pk: string) => dynamodb('GetItem', { Key: key(pk) });
const query = (pk: string, more: object = {}) =>
  dynamodb('Query', {
    KeyConditionExpression: '#p = :p',
    ExpressionAttributeValues: { ':p': { S: pk } },
    ...more,
  });
const write = (...keys: string[]) =>
  dynamodb('BatchWriteItem', {
    RequestItems: { table: keys.map((pk) => ({ PutRequest: { Item: key(pk) } })) },
  });
const send = (queue: QueueName): Call => ({
  service: 'sqs',
  operation: 'SendMessageBatch',
  input: { QueueUrl: urlOf(queue) },
});
const sqs = (operation: string, QueueUrl: string): Call => ({
  service: 'sqs',
  operation,
  input: { QueueUrl },
});
const sns = (operation: string): Call => ({
  service: 'sns',
  operation,
  input: new URLSearchParams({ Action: operation }),
});
const publish = sns('Publish');

describe('the roles that the simulator enforces', () => {
  it.each([
    ['dispatch', put('DISPATCH')],
    ['dispatch', get('TOPIC#floods')],
    ['dispatch', query('DIGEST', { IndexName: 'due' })],
    ['dispatch', send('feeds')],
    ['poll', put('FEED#herald')],
    ['poll', get('STREAM')],
    ['poll', write('ITEM#a', 'ITEM#b')],
    ['match', send('hits')],
    ['notify', dynamodb('DeleteItem', { Key: key('ALERT#a') })],
    ['notify', query('TOPIC#floods')],
    ['notify', put('SMS-PARTS')],
    ['notify', publish],
    ['chat', query('CHAT#ALERT#a')],
    ['chat', put('CHAT#PROBLEMS')],
    ['chat', sqs('ChangeMessageVisibility', urlOf('chat'))],
    ['chat', sqs('SendMessage', deadUrlOf(urlOf('chat')))],
    ['mail', put('MAIL#PROBLEMS')],
    ['mail', get('SUBSCRIBER#a')],
    ['mail', sns('ListSubscriptionsByTopic')],
    ['mail', sns('GetSubscriptionAttributes')],
    ['mail', sqs('ChangeMessageVisibility', urlOf('mail'))],
    ['mail', sqs('SendMessage', deadUrlOf(urlOf('mail')))],
  ] as const)('let %s do its work: %j', (stage, call) => {
    expect(refusalOf(stage, call, urlOf)).toBeUndefined();
  });

  it.each([
    ['poll', put('ALERT#a'), 'dynamodb:PutItem table ALERT#a'],
    ['poll', put('DISPATCH'), 'dynamodb:PutItem table DISPATCH'],
    ['poll', get('ITEM#a'), 'dynamodb:GetItem table ITEM#a'],
    ['poll', write('ITEM#a', 'TOPIC#floods'), 'dynamodb:BatchWriteItem table TOPIC#floods'],
    ['poll', write('ITEM'), 'dynamodb:BatchWriteItem table ITEM'],
    ['poll', publish, 'sns:Publish'],
    ['poll', send('feeds'), `sqs:SendMessageBatch ${urlOf('feeds')}`],
    ['match', get('FEED#herald'), 'dynamodb:GetItem table FEED#herald'],
    ['notify', put('FEED#herald'), 'dynamodb:PutItem table FEED#herald'],
    ['notify', put('STREAM'), 'dynamodb:PutItem table STREAM'],
    ['notify', query('DIGEST', { IndexName: 'due' }), 'dynamodb:Query due DIGEST'],
    ['notify', send('items'), `sqs:SendMessageBatch ${urlOf('items')}`],
    ['dispatch', put('TOPIC#floods'), 'dynamodb:PutItem table TOPIC#floods'],
    ['dispatch', query('DIGEST'), 'dynamodb:Query table DIGEST'],
    ['chat', put('ALERT#a'), 'dynamodb:PutItem table ALERT#a'],
    ['chat', sqs('SendMessage', urlOf('chat')), `sqs:SendMessage ${urlOf('chat')}`],
    ['chat', sqs('constructor', urlOf('chat')), `sqs:constructor ${urlOf('chat')}`],
    ['chat', sns('ListSubscriptionsByTopic'), 'sns:ListSubscriptionsByTopic'],
    ['mail', sns('Subscribe'), 'sns:Subscribe'],
    ['mail', put('SUBSCRIBER#a'), 'dynamodb:PutItem table SUBSCRIBER#a'],
    ['mail', sqs('ChangeMessageVisibility', urlOf('chat')), `sqs:ChangeMessageVisibility ${urlOf('chat')}`],
    ['poll', sqs('ChangeMessageVisibility', urlOf('chat')), `sqs:ChangeMessageVisibility ${urlOf('chat')}`],
  ] as const)('refuse to %s: %j', (stage, call, refusal) => {
    expect(refusalOf(stage, call, urlOf)).toBe(refusal);
  });

  it.each(STAGES)('let %s neither scan nor use unlisted operations', (stage) => {
    for (const operation of ['Scan', 'UpdateItem', 'TransactWriteItems', 'ExecuteStatement', 'DeleteTable']) {
      expect(refusalOf(stage, dynamodb(operation, {}), urlOf)).toBe(`dynamodb:${operation} table (none)`);
    }
  });
});
