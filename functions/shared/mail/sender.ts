import addressparser from 'nodemailer/lib/addressparser';
import type { Sender } from '../model.ts';

const DEFAULT_NAME = 'news-alerts';
const ADDRESS = /^[^\s@<>,;"]+@([a-z\d]([a-z\d.-]*[a-z\d])?)$/i;

/** Parses `address` or `Name <address>`; the default name is "news-alerts". Returns undefined for anything but one address. */
export function parseSender(text: string): Sender | undefined {
  const [mailbox, ...others] = addressparser(text);
  const { name = '', address = '' } = mailbox ?? {};
  const domain = others.length === 0 ? ADDRESS.exec(address)?.[1] : undefined;
  return domain === undefined
    ? undefined
    : { name: name || DEFAULT_NAME, address, domain: domain.toLowerCase() };
}
