import { expect, it } from 'vitest';
import { RetryLater } from '../../functions/shared/errors.ts';
import { abandonableCall } from '../../local/abandonable-call.ts';

it('passes results and errors on while nothing is given up', async () => {
  const { call } = abandonableCall(async (n: number) => {
    if (n === 0) throw new RangeError('0');
    return n + 1;
  });
  expect(await call(1)).toBe(2);
  await expect(call(0)).rejects.toThrow(RangeError);
});

it('lets nobody wait for what is given up, nor begin anew', async () => {
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
