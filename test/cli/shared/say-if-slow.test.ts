import { expect, it } from 'vitest';
import { sayIfSlow } from '../../../cli/shared/say-if-slow.ts';

it('prints a text only for work that takes long', async () => {
  const printed: string[] = [];
  const print = (text: string) => printed.push(text);
  sayIfSlow('short', print, 20)();
  const done = sayIfSlow('long', print, 20);
  await new Promise((resolve) => setTimeout(resolve, 60));
  done();
  expect(printed).toEqual(['long']);
});
