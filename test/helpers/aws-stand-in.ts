import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import { escapeXml } from '../../local/sns/xml.ts';

/** A received call, in either of the two protocols. */
export interface WireCall {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** The answer of a stand-in: XML for the Query protocol, an object for JSON, or an error. */
export type WireAnswer = string | object | { readonly error: { code: string; message: string } };

export interface StandIn {
  url(): string;
  /** Actions that are refused for lack of permission. */
  readonly denied: Set<string>;
  /** Actions without an answer. */
  readonly hanging: Set<string>;
  /** Whether every call is refused, as after the end of a session. */
  unknownCaller: boolean;
}

/**
 * Returns a server that answers some calls of an AWS service itself and forwards all others, unchanged, to one of our own
 * servers. Meant for the few calls that no embedded server supports.
 */
export function standIn(
  answers: Readonly<Record<string, (call: WireCall) => WireAnswer | Promise<WireAnswer> | undefined>>,
  forwardTo?: () => string,
): StandIn {
  const denied = new Set<string>();
  const hanging = new Set<string>();
  let url = '';
  const state: StandIn = { url: () => url, denied, hanging, unknownCaller: false };
  const server = createServer((request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const json = request.headers['x-amz-target'];
    const call = json === undefined ? queryCall(body) : jsonCall(String(json), body);
    if (hanging.has(call.action)) return;
    const reply = writer(response, json !== undefined, call.action);
    if (state.unknownCaller) {
      reply({ error: { code: 'ExpiredToken', message: 'the session is over' } });
      return;
    }
    if (denied.has(call.action)) {
      reply({ error: { code: 'AccessDenied', message: `no right to ${call.action}` } });
      return;
    }
    const answer = await answers[call.action]?.(call);
    if (answer !== undefined) reply(answer);
    else if (forwardTo) await forward(`${forwardTo()}${request.url}`, request, body, response);
    else reply({ error: { code: 'InvalidAction', message: `unknown action ${call.action}` } });
  }

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return state;
}

function queryCall(body: Buffer): WireCall {
  const input = Object.fromEntries(new URLSearchParams(body.toString()));
  return { action: input.Action ?? '', input };
}

function jsonCall(target: string, body: Buffer): WireCall {
  return { action: target.slice(target.indexOf('.') + 1), input: JSON.parse(body.toString() || '{}') };
}

function writer(response: ServerResponse, json: boolean, action: string): (answer: WireAnswer) => void {
  const write = (status: number, text: string) =>
    response
      .writeHead(status, { 'content-type': json ? 'application/x-amz-json-1.0' : 'text/xml' })
      .end(text);
  return (answer) => {
    if (typeof answer === 'object' && 'error' in answer) {
      const { code, message } = answer.error;
      const xml = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>r</RequestId></ErrorResponse>`;
      write(code === 'AccessDenied' ? 403 : 400, json ? JSON.stringify({ __type: code, message }) : xml);
    } else if (typeof answer === 'string') {
      write(
        200,
        `<${action}Response><${action}Result>${answer}</${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>`,
      );
    } else {
      write(200, JSON.stringify(answer));
    }
  };
}

async function forward(url: string, request: IncomingMessage, body: Buffer, response: ServerResponse) {
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
  const answer = await fetch(url, {
    method: request.method ?? 'POST',
    headers: headers as Record<string, string>,
    body,
  });
  response
    .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/xml' })
    .end(Buffer.from(await answer.arrayBuffer()));
}
