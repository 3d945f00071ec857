import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { PublishCommand, SetTopicAttributesCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { escapeXml, toXml } from '../../../local/sns/xml.ts';
import { peakMemory } from '../../helpers/memory.ts';
import { isLong } from '../../helpers/size.ts';
import { startEndpoint } from './started-endpoint.ts';

describe('the endpoint', () => {
  it('names its actions in the error for an unknown one', async () => {
    const { client, channel } = await startEndpoint();
    const change = new SetTopicAttributesCommand({ TopicArn: await channel(), AttributeName: 'DisplayName' });
    await expect(client.send(change)).rejects.toMatchObject({
      name: 'InvalidAction',
      message: expect.stringMatching(/no action 'SetTopicAttributes'.*CreateTopic.*Subscribe.*PublishBatch/),
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('refuses forms that a web page could post, and keeps running', async () => {
    const { url, channel, published } = await startEndpoint();
    const TopicArn = await channel();
    const answer = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ Action: 'Publish', TopicArn, Message: 'm' }),
    });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>MissingAuthenticationToken</Code>');
    const linked = await fetch(`${url}/?Action=DeleteTopic&TopicArn=${TopicArn}`);
    expect(linked.status).toBe(403);
    expect((await fetch(url)).status).toBe(403);
    expect(published).toEqual([]);
  });

  it('refuses a request that is too long, and answers the next one', async () => {
    const { client, channel, published } = await startEndpoint();
    const TopicArn = await channel();
    const Message = 'x'.repeat(5 * 1024 * 1024);
    await expect(client.send(new PublishCommand({ TopicArn, Message }))).rejects.toMatchObject({
      name: 'RequestEntityTooLarge',
    });
    await client.send(new PublishCommand({ TopicArn, Message: 'm' }));
    expect(published).toHaveLength(1);
  });

  it.runIf(isLong)(
    'handles a request in chunks of one byte with no more than three times its limit of memory',
    async () => {
      const { url } = await startEndpoint();
      const bytes = 1_000_000;
      const answer = async () => {
        const socket = connect(Number(new URL(url).port), '127.0.0.1');
        socket.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n');
        const unit = Buffer.from('1\r\nx\r\n'.repeat(10_000));
        for (let sent = 0; sent < bytes; sent += 10_000) if (!socket.write(unit)) await once(socket, 'drain');
        socket.end('0\r\n\r\n');
        return text(socket);
      };
      let answered = '';
      const peak = await peakMemory(async () => {
        answered = await answer();
      });
      expect(answered).toContain('MissingAuthenticationToken');
      expect(peak).toBeLessThan(3 * 4 * 1024 * 1024);
    },
  );

  it('answers invalid input with well-formed XML', async () => {
    const { client } = await startEndpoint();
    await expect(client.send(new UnsubscribeCommand({ SubscriptionArn: '' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    const { url } = await startEndpoint();
    const answer = await fetch(`${url}/?Action=%3Cb%3E%00`, {
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a/20260301/us-east-1/sns/aws4_request, x' },
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('no action &#39;&lt;b&gt;\uFFFD&#39;');
  });
});

describe('toXml', () => {
  it('writes structures, lists and maps in the form of the Query protocol', () => {
    expect(
      toXml({ A: { B: 'x', C: undefined }, D: ['y', { E: 'z' }], F: new Map([['k', 'v']]), G: [] }),
    ).toBe(
      '<A><B>x</B></A><D><member>y</member><member><E>z</E></member></D><F><entry><key>k</key><value>v</value></entry></F><G></G>',
    );
  });

  it('escapes markup, keeps a carriage return, and replaces characters that XML cannot express', () => {
    expect(escapeXml('<a href="x">&amp;\r\n\t')).toBe('&lt;a href=&quot;x&quot;&gt;&amp;amp;&#xD;\n\t');
    expect(escapeXml('a\u0000b\u001Fc\uD800d\uFFFEe🎉')).toBe('a\uFFFDb\uFFFDc\uFFFDd\uFFFDe🎉');
  });
});
