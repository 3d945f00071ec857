import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { chatUseOf } from '../../../bench/cost/chat.ts';
import { billOf } from '../../../cli/cost/bill.ts';
import { DELIVERY_MONTH } from '../../../cli/cost/delivery-use.ts';
import { FIXED } from '../../../cli/cost/prices.ts';
import { SAMPLE_CHAT, SAMPLE_MAIL, sampleStack } from '../../lib/sample-stack.ts';

it('a thousand alerts at a chat service cost less than a cent, as docs/cost.md says', async () => {
  const use = await chatUseOf(1_000);
  expect(use).toMatchObject({ 'dynamodb-write': 2_000, 'dynamodb-read': 2_000, 'sqs-standard': 3_000 });
  expect(billOf(use).full).toBeLessThan(0.01);
  expect(billOf(use).full).toBeGreaterThan(0.005);
});

it('a month with chat services or HTML mail has the alarms and the empty receives that `cost` calculates with', () => {
  const alarms = (props: Parameters<typeof sampleStack>[0]) =>
    Object.keys(Template.fromStack(sampleStack(props)).findResources('AWS::CloudWatch::Alarm')).length;
  const [fixed, more] = [FIXED.alarms ?? 0, DELIVERY_MONTH.alarms ?? 0];
  expect(alarms({ chats: [SAMPLE_CHAT] })).toBeLessThanOrEqual(fixed + more);
  expect(alarms({ chats: [SAMPLE_CHAT], ...SAMPLE_MAIL })).toBeLessThanOrEqual(fixed + 2 * more);
  // Two connections that wait for 20 s at a time.
  expect(DELIVERY_MONTH['sqs-standard']).toBe((2 * 30 * 86_400) / 20);
});
