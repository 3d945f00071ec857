import { expect, it } from 'vitest';
import { isLong } from '../helpers/size.ts';
import { killLoop } from './kill-loop.ts';

// `npm run crash` kills more often and also checks how soon each start is ready. Here, other tests run at the same time.
it.runIf(isLong)(
  'kill -9 at random moments loses no alert and repeats none without need',
  {
    timeout: 120_000,
  },
  async () => {
    const { kills, faults, verdict, mail, sms, chat } = await killLoop({ kills: 5, seed: 4 });
    expect(faults).toEqual([]);
    expect(kills).toBe(5);
    expect(verdict?.expected).toBeGreaterThan(5);
    expect(verdict?.lost).toBe(0);
    expect(mail?.mails).toBeGreaterThan(5);
    expect(mail?.lost).toBe(0);
    expect(sms?.expected).toBeGreaterThan(5);
    expect(chat?.expected).toBeGreaterThan(5);
    expect(chat?.lost).toBe(0);
  },
);
