import { NewsAlertsError } from '../shared/errors.ts';

/** The part of CloudFormation's request that says where to respond. */
interface ResponseTarget {
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
}

export interface ResourceResponse {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly PhysicalResourceId: string;
  readonly Reason?: string;
}

const MAX_ATTEMPTS = 4;
const TIMEOUT_MS = 5_000;

/**
 * Sends the result of a request to CloudFormation. Throws NewsAlertsError after four failed attempts. Without a response, a
 * deployment hangs until it times out.
 */
export async function sendResponse(
  { ResponseURL, StackId, RequestId, LogicalResourceId }: ResponseTarget,
  result: ResourceResponse,
): Promise<void> {
  // Sent as bytes: for text, fetch would add a Content-Type header, and the signature of the URL does not allow one.
  const body = Buffer.from(JSON.stringify({ ...result, StackId, RequestId, LogicalResourceId }));
  let got = '';
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    try {
      const { ok, status } = await fetch(ResponseURL, {
        method: 'PUT',
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (ok) return;
      got = `HTTP ${status}`;
    } catch (error) {
      got = String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** attempt));
  }
  throw new NewsAlertsError(
    `expected CloudFormation to accept the response in ${MAX_ATTEMPTS} attempts, got ${got}`,
  );
}
