import { NewsAlertsError } from '../shared/errors.ts';

/** Of what CloudFormation asks: where to answer, and to what. */
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

/** Tells CloudFormation the end of what it asked for. Without an answer a deployment hangs until its time is up. */
export async function sendResponse(
  { ResponseURL, StackId, RequestId, LogicalResourceId }: ResponseTarget,
  end: ResourceResponse,
): Promise<void> {
  // As bytes: a text would be sent with a content type, for which the address is not signed.
  const body = Buffer.from(JSON.stringify({ ...end, StackId, RequestId, LogicalResourceId }));
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
    `expected CloudFormation to take the answer in ${MAX_ATTEMPTS} tries, got ${got}`,
  );
}
