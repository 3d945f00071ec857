import { ServiceError } from '../../../local/dynamodb/service-error.ts';
import { toXml } from '../../../local/sns/xml.ts';

/** The parts of an SDK request that are read here. */
export interface WireRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface WireResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/** Returns a request handler for SDK clients. */
export const requestHandler = (
  handle: (request: WireRequest) => Promise<{ readonly response: WireResponse }>,
) => ({
  metadata: { handlerProtocol: 'http/1.1' },
  handle,
  destroy: () => undefined,
  updateHttpClientConfig: () => undefined,
  httpHandlerConfigs: () => ({}),
});

export type ServiceName = 'dynamodb' | 'sqs' | 'sns';

/** A parsed request: the service, the operation and its input. */
export type Call =
  | {
      readonly service: 'dynamodb' | 'sqs';
      readonly operation: string;
      readonly input: Readonly<Record<string, unknown>>;
    }
  | { readonly service: 'sns'; readonly operation: string; readonly input: URLSearchParams };

const UTF8 = new TextDecoder();

export const bodyText = ({ body }: WireRequest): string =>
  typeof body === 'string' ? body : UTF8.decode(body as Uint8Array);

/** Parses a request. DynamoDB and SQS use JSON, with the operation in a header; SNS uses a form. */
export function readRequest(request: WireRequest): Call {
  const text = bodyText(request);
  const target = request.headers['x-amz-target'];
  if (target === undefined) {
    const input = new URLSearchParams(text);
    return { service: 'sns', operation: input.get('Action') ?? '', input };
  }
  const [service = '', operation = ''] = target.split('.');
  return {
    service: service.startsWith('DynamoDB') ? 'dynamodb' : 'sqs',
    operation,
    input: JSON.parse(text) as Readonly<Record<string, unknown>>,
  };
}

function writeAnswer({ service, operation }: Call, answer: unknown): WireResponse {
  if (service !== 'sns') return json(200, answer);
  return xml(200, `${operation}Response`, { [`${operation}Result`]: answer as Record<string, string> });
}

export function writeError({ service }: Call, { name, message, status }: ServiceError): WireResponse {
  if (service !== 'sns') return json(status, { __type: `com.amazonaws.${service}#${name}`, message });
  const Type = status < 500 ? 'Sender' : 'Receiver';
  return xml(status, 'ErrorResponse', { Error: { Type, Code: name, Message: message } });
}

function json(statusCode: number, content: unknown): WireResponse {
  const headers = { 'content-type': 'application/x-amz-json-1.0' };
  return { statusCode, headers, body: Buffer.from(JSON.stringify(content)) };
}

function xml(statusCode: number, name: string, content: Parameters<typeof toXml>[0]): WireResponse {
  const text = `<${name} xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${toXml(content)}</${name}>`;
  return { statusCode, headers: { 'content-type': 'text/xml' }, body: Buffer.from(text) };
}

/** Returns the response to a request, which is an error response if the service refuses it. */
export function answerWith(call: Call, serve: (call: Call) => unknown): WireResponse {
  try {
    return writeAnswer(call, serve(call));
  } catch (error) {
    if (error instanceof ServiceError) return writeError(call, error);
    throw error;
  }
}
