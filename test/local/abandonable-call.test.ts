import { expect, it } from 'vitest';
import { RetryLater } from '../../functions/shared/errors.ts';
import { abandonableCall } from '../../local/abandonable-call.ts';

it('returns results and errors while nothing is abandoned', async () => {
  const { call } = abandonableCall(async (n: number) => {
    if (n === 0) throw new RangeError('0');
    return n + 1;
  });
  expect(await call(1)).toBe(2);
  await expect(call(0)).rejects.toThrow(RangeError);
});

it('rejects pending and later calls once abandoned', async () => {
  let calls = 0;
  const { call, abandon } = abandonableCall(() => {
    calls++;
    return new Promise<never>(() => undefined);
  });
  const waiting = [call(), call()];
  abandon();
  for (const one of [...waiting, call()]) await expect(one).rejects.toThrow(RetryLater);
  expect(calls).toBe(2);
});
