import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { CONTENDERS, type ContenderName } from '../../../bench/poll/contenders.ts';
import { runClient, startFeedServer } from '../../../bench/poll/processes.ts';
import { isLong, sized } from '../../helpers/size.ts';

it.each(sized<readonly ContenderName[]>(['poll'], Object.keys(CONTENDERS) as ContenderName[]))(
  '%s reads every feed, and then only those with news',
  async (as) => {
    const folder = mkdtempSync(join(tmpdir(), 'news-alerts-client-'));
    const server = await startFeedServer(40, 0);
    onTestFinished(async () => {
      await server.stop();
      rmSync(folder, { recursive: true });
    });
    const urls = join(folder, 'urls');
    writeFileSync(urls, server.urls.join('\n'));
    const pass = () => runClient(as, ['--urls', urls, '--state', folder]);
    const cold = await pass();
    expect(cold).toMatchObject({ as, feeds: 40 });
    expect(Object.values(cold.outcomes)).toEqual([40]);
    expect(cold.outcomes).not.toHaveProperty('unchanged');
    await server.tick();
    expect((await pass()).outcomes).toMatchObject({ unchanged: 38 });
  },
);

it.runIf(isLong)('misbehaving feeds do not delay the others', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'news-alerts-client-'));
  const server = await startFeedServer(24, 0.5);
  onTestFinished(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });
  const pass = (name: string, urls: readonly string[]) => {
    const file = join(folder, name);
    writeFileSync(file, urls.join('\n'));
    const state = join(folder, `${name}-state`);
    return runClient('poll', ['--urls', file, '--state', state, '--first', '12', '--deadline', '8000']);
  };
  const healthy = await pass('healthy', server.urls.slice(0, 12));
  expect(healthy.outcomes).toEqual({ changed: 12 });
  const result = await pass('all', server.urls);
  expect(result.outcomes).toEqual({
    changed: 12,
    timeout: 6,
    unreachable: 2,
    'too-large': 2,
    redirects: 2,
  });
  // Shorter than the deadline of the hanging feeds. A busy machine may be slower without them, too.
  expect(result.firstSeconds).toBeLessThan(Math.max(7, 3 * healthy.seconds));
  expect(result.seconds).toBeLessThan(Math.max(14, 8 + 6 * healthy.seconds));
});
