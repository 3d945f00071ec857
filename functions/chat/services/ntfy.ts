import type { Alert } from '../../shared/model.ts';
import { shorten } from '../../shared/text/safe-text.ts';
import { alertDocument, type Block } from '../alert-document.ts';
import { paginate } from '../paginate.ts';
import { JSON_HEADERS, type ServiceRow, saidIn } from '../service.ts';

/** https://docs.ntfy.sh/publish/#limitations: a longer message would become an attachment. */
const MAX_MESSAGE_BYTES = 4_096;
/** The server reads twice as much of a message in JSON. */
const MAX_BODY_BYTES = 8_000;
const MAX_TITLE = 250;

/** 3 is the usual priority; 2 makes no sound. */
const PRIORITIES: Readonly<Record<Alert['kind'], number>> = {
  new: 3,
  'follow-up': 3,
  notice: 3,
  digest: 2,
  welcome: 2,
  roundup: 2,
};

interface NtfyMessage {
  readonly topic: string;
  readonly title: string;
  readonly message: string;
  readonly priority: number;
  readonly tags: readonly string[];
  /** The address that a tap on the notification opens. Absent if the message has several stories. */
  readonly click?: string;
}

/** Topics of ntfy.sh, or of a server of the user's own. Messages are plain text. */
export const ntfy: ServiceRow = {
  name: 'ntfy',
  addressNoun: 'the address of an ntfy topic',
  exampleAddress: 'https://ntfy.sh/my-secret-topic',
  // Whoever knows the name of a topic without a token can read it and write to it.
  secretsOf: ({ url, token = url }) => [token],
  spacingMs: 1_000,
  isOwnHost: (host) => host === 'ntfy.sh',
  isAddress: (url) => url.search === '' && /^[-_A-Za-z0-9]{1,64}$/.test(topicOf(url)),
  messages(alert, timeZone, address) {
    const { title, blocks } = alertDocument(alert, timeZone);
    const build = (some: readonly Block[], part: string): NtfyMessage => {
      const [click, ...others] = some.flat().flatMap(({ spans }) => spans.flatMap(({ url }) => url ?? []));
      const isAboutOne = alert.kind === 'new' || alert.kind === 'follow-up' || others.length === 0;
      return {
        topic: topicOf(new URL(address.url)),
        title: `${shorten(title, MAX_TITLE - part.length)}${part}`,
        message: some.map(plainText).join('\n\n'),
        priority: PRIORITIES[alert.kind],
        tags: ['newspaper', alert.kind],
        ...(click !== undefined && isAboutOne ? { click } : {}),
      };
    };
    return paginate(
      blocks,
      build,
      (message) =>
        Buffer.byteLength(message.message) <= MAX_MESSAGE_BYTES &&
        Buffer.byteLength(JSON.stringify(message)) <= MAX_BODY_BYTES,
    ).map((message) => JSON.stringify(message));
  },
  request: (body, { address: { url, token } }) => ({
    // Messages in JSON are posted to the server, since the topic stands in the message.
    url: new URL('.', url).href,
    headers: token === undefined ? JSON_HEADERS : { ...JSON_HEADERS, authorization: `Bearer ${token}` },
    body,
  }),
  said: (answer) => (answer.status < 300 ? `message ${saidIn(answer, 'id')}` : saidIn(answer, 'error')),
  advice: ({ status }) =>
    status === 401 || status === 403
      ? 'the topic is reserved, or the token may not write to it: check token:'
      : 'check the address of the topic and its server',
};

const topicOf = ({ pathname }: URL): string => pathname.slice(pathname.lastIndexOf('/') + 1);

/** Returns a block as plain text, with each address on a line of its own. */
function plainText(block: Block): string {
  return block
    .flatMap(({ spans }) => [
      spans.map(({ text }) => text).join(''),
      ...spans.flatMap(({ url }) => (url === undefined ? [] : [url])),
    ])
    .join('\n');
}
