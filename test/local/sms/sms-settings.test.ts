import { describe, expect, it } from 'vitest';
import { priceOf } from '../../../local/sms/sms-price.ts';
import { smsSettings } from '../../../local/sms/sms-settings.ts';

describe('the settings of SMS', () => {
  it('only show them by default, and allow a dollar a month', () => {
    expect(smsSettings({})).toBeUndefined();
    expect(smsSettings({ NEWS_ALERTS_SMS: '' })).toBeUndefined();
    expect(smsSettings({ NEWS_ALERTS_SMS: 'aws' })).toEqual({ monthlyUsd: 1 });
    expect(
      smsSettings({
        NEWS_ALERTS_SMS: 'aws',
        NEWS_ALERTS_SMS_MONTHLY_USD: '12.50',
        NEWS_ALERTS_SMS_PART_USD: '0.00645',
      }),
    ).toEqual({ monthlyUsd: 12.5, partUsd: 0.00645 });
  });

  it.each([
    [{ NEWS_ALERTS_SMS: 'yes' }, /^NEWS_ALERTS_SMS: expected aws, .* or nothing, .*got "yes"$/],
    [
      { NEWS_ALERTS_SMS: 'aws', NEWS_ALERTS_SMS_MONTHLY_USD: '$5' },
      /^NEWS_ALERTS_SMS_MONTHLY_USD: expected the most .* in US dollars, such as 5, got "\$5"$/,
    ],
    [{ NEWS_ALERTS_SMS: 'aws', NEWS_ALERTS_SMS_MONTHLY_USD: '0' }, /got "0"$/],
    [{ NEWS_ALERTS_SMS: 'aws', NEWS_ALERTS_SMS_MONTHLY_USD: '1e9' }, /got "1e9"$/],
    [
      { NEWS_ALERTS_SMS: 'aws', NEWS_ALERTS_SMS_PART_USD: '-1' },
      /^NEWS_ALERTS_SMS_PART_USD: expected what AWS/,
    ],
  ])('%j is refused', (env, expected) => {
    expect(() => smsSettings(env)).toThrow(expected);
  });
});

describe('the price of an SMS', () => {
  it('depends on the country, and is high for countries that are not listed', () => {
    expect(priceOf('+12025551234', 'x', {})).toBe(0.03);
    expect(priceOf('+4915112345678', 'x', {})).toBe(0.15);
    expect(priceOf('+18765551234', 'x', {})).toBe(0.5);
    expect(priceOf('+998901234567', 'x', {})).toBe(0.5);
  });

  it('counts parts, by the alphabet of the text', () => {
    expect(priceOf('+4915112345678', 'x'.repeat(160), { partUsd: 0.1 })).toBeCloseTo(0.1);
    expect(priceOf('+4915112345678', 'x'.repeat(161), { partUsd: 0.1 })).toBeCloseTo(0.2);
    expect(priceOf('+4915112345678', 'ж'.repeat(71), { partUsd: 0.1 })).toBeCloseTo(0.2);
  });
});
