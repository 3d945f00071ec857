import { expect, it } from 'vitest';
import { deliveryText } from '../../../cli/alerts/describe-alert.ts';
import type { OutboxDelivery } from '../../../local/outbox/outbox-entry.ts';
import { delivery } from '../../helpers/sample-alerts.ts';

const nextAt = '2031-10-14T14:05:00.000Z';

it.each<[OutboxDelivery, string]>([
  [delivery('mailed', { detail: '250 2.0.0 OK' }), 'sent to ann@example.com (250 2.0.0 OK)'],
  [delivery('mailed'), 'sent to ann@example.com'],
  [delivery('waiting'), 'on its way to ann@example.com by email'],
  [delivery('waiting', { tries: 1 }), 'on its way to ann@example.com by email'],
  [
    delivery('waiting', { detail: '451 later', tries: 3, nextAt }),
    'waiting for ann@example.com: 451 later, tried 3 times, next try 14:05',
  ],
  [
    delivery('waiting', { detail: '451 later', tries: 1 }),
    'waiting for ann@example.com: 451 later, tried once',
  ],
  [delivery('waiting', { detail: 'no server' }), 'waiting for ann@example.com: no server'],
  [delivery('failed', { detail: '550 5.1.1 no' }), 'failed for ann@example.com: 550 5.1.1 no'],
  [
    delivery('sent', { protocol: 'sms', endpoint: '+4915112345678', detail: 'SNS message m1' }),
    'sent to +4915112345678 (SNS message m1)',
  ],
  [
    delivery('unknown', { protocol: 'sms', endpoint: '+4915112345678', detail: 'no answer' }),
    'may have been sent to +4915112345678: no answer',
  ],
  [delivery('failed'), 'failed for ann@example.com: no reason given'],
  [delivery('shown'), 'only shown on this machine, for ann@example.com'],
])('%j', (one, expected) => {
  expect(deliveryText(one, (iso) => iso.slice(11, 16))).toBe(expected);
});
