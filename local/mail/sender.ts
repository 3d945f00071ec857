import addressparser from 'nodemailer/lib/addressparser';
import { NewsAlertsError } from '../../functions/shared/errors.ts';

/** The sender of all mails. */
export interface Sender {
  readonly name: string;
  readonly address: string;
  readonly domain: string;
}

const DEFAULT_NAME = 'news-alerts';
const ADDRESS = /^[^\s@<>,;"]+@([a-z\d]([a-z\d.-]*[a-z\d])?)$/i;

/**
 * Parses `address` or `Name <address>`. Without a name, the name is "news-alerts".
 * @throws NewsAlertsError if the text is not exactly one address
 */
export function parseSender(text: string): Sender {
  const [mailbox, ...others] = addressparser(text);
  const { name = '', address = '' } = mailbox ?? {};
  const domain = others.length === 0 ? ADDRESS.exec(address)?.[1] : undefined;
  if (domain !== undefined) return { name: name || DEFAULT_NAME, address, domain: domain.toLowerCase() };
  throw new NewsAlertsError(
    `expected NEWS_ALERTS_MAIL_FROM to be one address such as alerts@example.com, or News <alerts@example.com>, got ${JSON.stringify(text)}`,
  );
}
