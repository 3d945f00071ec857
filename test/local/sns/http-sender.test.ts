import { describe, expect, it, onTestFinished } from 'vitest';
import { HttpSender } from '../../../local/sns/http-sender.ts';
import { eventually } from '../../helpers/eventually.ts';
import { rawServer } from '../../helpers/raw-server.ts';
import { startSubscriber } from './started-endpoint.ts';

function started(options: { deadline: number; pauses: number[] }) {
  const sender = new HttpSender(options);
  onTestFinished(() => sender.close());
  const post = (url: string) =>
    new Promise<Error>((resolve) => sender.post({ url, headers: {}, body: 'm' }, resolve));
  return { sender, post };
}

describe('HttpSender', () => {
  it('gives up on a subscriber that never answers, after the deadline of each try', async () => {
    const { url, received } = await startSubscriber(() => undefined);
    const { post } = started({ deadline: 100, pauses: [10] });
    expect((await post(url)).message).toContain('(tries: 2): TimeoutError');
    expect(received).toHaveLength(2);
  });

  it('limits the posts that wait for an unresponsive subscriber, and delays no other subscriber', async () => {
    const silent = await startSubscriber(() => undefined);
    const quick = await startSubscriber((res) => res.end());
    const sender = new HttpSender({ deadline: 1_000, pauses: [10_000] });
    const failures: string[] = [];
    for (let n = 0; n < 1_500; n++)
      sender.post({ url: silent.url, headers: {}, body: 'm' }, ({ message }) => failures.push(message));
    expect(failures).toHaveLength(480);
    expect(failures[0]).toContain('(tries: 0): 1000 earlier messages are still waiting');
    sender.post({ url: quick.url, headers: {}, body: 'm' }, ({ message }) => failures.push(message));
    await eventually(() => expect(quick.received).toHaveLength(1));
    expect(silent.received.length).toBeLessThanOrEqual(20);
    const start = performance.now();
    await sender.close();
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(failures).toHaveLength(1_500);
    expect(failures.filter((failure) => failure.includes('was stopped'))).toHaveLength(1_000);
  });

  it('decides by the status, even if the body is slow or endless', async () => {
    let timer: NodeJS.Timeout | undefined;
    const drip = await startSubscriber((res) => {
      res.write('x');
      timer = setInterval(() => res.write('x'), 20);
    });
    const flood = await startSubscriber((res) => {
      const pour = () => {
        while (!res.destroyed && res.write('x'.repeat(64 * 1024)));
      };
      res.on('drain', pour);
      pour();
    });
    const failures: Error[] = [];
    const sender = new HttpSender({ deadline: 200, pauses: [10] });
    const start = performance.now();
    for (const { url } of [drip, flood]) {
      sender.post({ url, headers: {}, body: 'm' }, (error) => failures.push(error));
    }
    await sender.close();
    clearInterval(timer);
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(failures).toEqual([]);
    expect([drip.received.length, flood.received.length]).toEqual([1, 1]);
  });

  it('gives up on a subscriber that sends endless interim responses', async () => {
    const { url } = await rawServer((socket) => {
      const pour = () => {
        while (!socket.destroyed && socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1_000)));
      };
      socket.on('drain', pour);
      pour();
    });
    const { post } = started({ deadline: 5_000, pauses: [] });
    expect((await post(url)).message).toContain('too many interim responses (1xx)');
  });

  it('skips its pauses when it is closed', async () => {
    const { url, received } = await startSubscriber((res) => res.writeHead(500).end());
    const { sender, post } = started({ deadline: 1_000, pauses: [60_000] });
    const failure = post(url);
    await expect.poll(() => received.length).toBe(1);
    await sender.close();
    expect((await failure).message).toContain('(tries: 1): status 500');
  });

  it('does not reveal the password in a URL', async () => {
    const { post } = started({ deadline: 1_000, pauses: [] });
    const { message } = await post('http://ann:secret@127.0.0.1:1/in');
    expect(message).toContain('http://127.0.0.1:1/in did not accept the message');
    expect(message).not.toContain('secret');
  });
});
