import type { NodemailerError } from 'nodemailer';
import { shorten } from '../../functions/shared/text/safe-text.ts';

/** Why a mail was not accepted, which mails that concerns, and what to do. */
export interface MailFault {
  /** The mails that the fault concerns: `server`: all mails; `recipient`: all mails to this recipient; `mail`: this mail. */
  readonly scope: 'server' | 'recipient' | 'mail';
  /** True if only the recipient can change the result of another try. Never true for scope `server`. */
  readonly isPermanent: boolean;
  /** True if most likely a person has to act first. Tries are rarer then. */
  readonly needsAction: boolean;
  /** True if the wait for the answer was cut off, so the server may have accepted the mail. */
  readonly isAborted?: true;
  /** True if this mail itself may be the cause, so that the next try should use another mail. */
  readonly isOfMail: boolean;
  /** `unknown`: an error on this side, before the server was contacted. */
  readonly cause: 'connection' | 'tls' | 'login' | 'sender' | 'limit' | 'recipient' | 'mail' | 'unknown';
  /** The server, what to check, and the server's answer. */
  readonly detail: string;
}

const URL_SETTING = 'NEWS_ALERTS_SMTP_URL';
const FROM_SETTING = 'NEWS_ALERTS_MAIL_FROM';

/**
 * Returns the fault behind an error of the mail library. An enhanced status code (RFC 3463) is more precise than the basic
 * one, and both have different meanings for different commands.
 */
export function mailFault(error: unknown, server: string, from: string): MailFault {
  const answer = answerOf(error);
  const fault = (
    cause: MailFault['cause'],
    text: string,
    more: Partial<Omit<MailFault, 'cause' | 'detail'>> = {},
  ): MailFault => ({
    scope: cause === 'recipient' ? cause : cause === 'mail' || cause === 'unknown' ? 'mail' : 'server',
    isPermanent: false,
    needsAction: !answer.isTransient,
    isOfMail: cause === 'recipient' || cause === 'mail',
    cause,
    detail: `${text}: ${answer.said}`,
    ...more,
  });
  const login = () =>
    fault(
      'login',
      answer.isTransient
        ? `${server} could not check the user and password`
        : `${server} refused the user or password; check them in ${URL_SETTING} (many providers want an app password)`,
    );
  const sender = () =>
    fault(
      'sender',
      answer.isTransient
        ? `${server} did not accept mail from ${from}`
        : `${server} refused ${from} as the sender; set ${FROM_SETTING} to an address that the server lets you send from, and check user and password in ${URL_SETTING}`,
    );
  const limit = () =>
    fault('limit', `${server} accepts no more mail from you for now: your account has reached a limit`, {
      needsAction: true,
    });
  const gone = () =>
    fault('recipient', `${server} says that there is no such address; check it under recipients`, {
      isPermanent: true,
    });
  const full = () => fault('recipient', `the recipient's mailbox is full`, { needsAction: true });
  const unfit = (why: string) => fault('mail', `${server} refused the mail as ${why}`, { isPermanent: true });

  if (answer.isAborted || answer.code === 'ETIMEDOUT') {
    const text = `${server} did not answer in time; check host and port in ${URL_SETTING}, and that no firewall blocks them`;
    return {
      ...fault('connection', text, { needsAction: false, isOfMail: answer.isAborted }),
      ...(answer.isAborted ? { isAborted: true } : {}),
      detail: text,
    };
  }
  if (answer.isTls) {
    return fault(
      'tls',
      `no secure connection to ${server}; check that ${URL_SETTING} has the host name of the server's certificate, and that smtps:// is used for port 465 and smtp:// for others`,
      { needsAction: true },
    );
  }
  if (answer.isLogin) return login();
  if (answer.isInvalidAddress) {
    return fault('recipient', 'the address is not valid; check it under recipients', { isPermanent: true });
  }
  if (answer.isTooLarge) return unfit('too large');
  if (answer.status === undefined) {
    if (answer.isUnknown) return fault('unknown', `the mail could not be sent`);
    return fault(
      'connection',
      answer.isUnreachable
        ? `${server} cannot be reached; check host and port in ${URL_SETTING}`
        : `${server} closed the connection`,
      { needsAction: false, isOfMail: !answer.isUnreachable },
    );
  }
  if (answer.status === 421) return fault('connection', `${server} is not accepting mail at the moment`);
  switch (answer.command) {
    case 'MAIL FROM':
      if (answer.wantsLogin) return login();
      if (answer.isLimit) return limit();
      if (answer.isTransient) return sender();
      if (answer.isBadAddressForm) return gone();
      return answer.isAboutSize ? unfit('too large') : sender();
    case 'RCPT TO':
      // Some servers, such as Postfix, refuse a sender, client or greeting only here.
      if (answer.wantsLogin) return { ...login(), isOfMail: true };
      if (answer.isAboutSender) return { ...sender(), isOfMail: true };
      if (answer.isLimit) return { ...limit(), isOfMail: true };
      if (answer.isTransient)
        return fault('recipient', `${server} is not accepting mail for this address yet`);
      if (answer.isNoSuchAddress) return gone();
      if (answer.isFull) return full();
      return fault(
        'recipient',
        answer.isPolicy
          ? `${server} does not accept mail from here for this address; check user and password in ${URL_SETTING}, and ${FROM_SETTING}`
          : `${server} refused the recipient; check the address under recipients`,
      );
    case 'DATA':
      // Amazon SES, Exchange and others check the sender only here.
      if (answer.isUnverified && !answer.said.toLowerCase().includes(from.toLowerCase())) {
        return fault('recipient', `${server} sends only to addresses that you have verified there`);
      }
      if (answer.isAboutSender || answer.isUnverified) return { ...sender(), isOfMail: true };
      if (answer.isLimit) return { ...limit(), isOfMail: true };
      if (answer.isTransient) return fault('mail', `${server} is not accepting this mail yet`);
      if (answer.isAboutSize) return unfit('too large');
      if (answer.isAboutContent) return unfit('malformed');
      if (answer.isFull) return full();
      if (answer.isNoSuchAddress) return gone();
      return fault(
        'mail',
        `${server} refused the mail, perhaps as spam; make sure that this server may send for the domain in ${FROM_SETTING} (SPF, DKIM)`,
      );
    default:
      return fault('connection', `${server} refused the connection`);
  }
}

/** Returns the properties of an error that determine the fault. `said`: the server's answer, or the error's message. */
function answerOf(error: unknown) {
  const mailError: NodemailerError = error instanceof Error ? error : new Error(String(error));
  const { code = '', command = '', response, responseCode: status, originalCode = code, syscall } = mailError;
  // Shortens the library's message about a connection that closed twice before a command, and the messages of OpenSSL.
  const said = oneLine(response ?? mailError.message)
    .replace(/^Reached maximum number of retries.*/, 'Connection closed unexpectedly')
    .replace(/^[\dA-F]+:error:[\dA-F]+:[^:]*:[^:]*:([^:]+):.*/, '$1');
  const enhanced = /^\d{3}[ -]+([245]\.\d{1,3}\.\d{1,3})\b/.exec(said)?.[1]?.slice(1);
  const isRefusal = status !== undefined && status >= 500;
  const is = (...codes: readonly string[]) => enhanced !== undefined && codes.includes(enhanced);
  const isAboutSender = is('.1.7', '.1.8') || (status !== undefined && ABOUT_SENDER.test(said));
  return {
    said,
    code,
    command,
    status,
    isTransient: !isRefusal || status === 503,
    isAborted: mailError.name === 'AbortError' || mailError.name === 'TimeoutError' || code === 'EABORT',
    // On a connection that starts with TLS, TLS errors arrive as socket errors.
    isTls:
      code === 'ETLS' ||
      /^(ERR_(SSL|TLS)|EPROTO$|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(originalCode),
    isLogin: code === 'EAUTH' || code === 'ENOAUTH',
    wantsLogin:
      status === 530 || (isRefusal && /authentication required|must (first )?authenticate/i.test(said)),
    isInvalidAddress: code === 'EENVELOPE' && command === 'API' && !/sender/i.test(said),
    isTooLarge: code === 'EMESSAGE' && status === undefined && command === 'MAIL FROM',
    isUnreachable:
      code === 'EDNS' ||
      (code === 'ESOCKET' &&
        (syscall === 'connect' || /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/.test(originalCode))),
    isUnknown: !/^(ESOCKET|ECONNECTION|EDNS|EPROTOCOL)$/.test(code),
    isAboutSender,
    isUnverified: isRefusal && UNVERIFIED.test(said),
    isLimit: is('.4.5') || (!is('.2.2') && SENDING_LIMIT.test(said)),
    isNoSuchAddress:
      isRefusal &&
      !isAboutSender &&
      (is('.1.1', '.1.2', '.1.3', '.1.6', '.1.10', '.6.7') ||
        (status === 551 && enhanced === undefined && !ABOUT_POLICY.test(said)) ||
        // An unspecific code, or none, leaves the decision to the text.
        ((enhanced === undefined || is('.0.0', '.1.0', '.5.0')) &&
          NO_SUCH_ADDRESS.test(said) &&
          !ABOUT_POLICY.test(said))),
    isBadAddressForm: is('.6.7'),
    isFull: is('.2.2') || (status === 552 && enhanced === undefined) || FULL.test(said),
    isAboutSize:
      is('.3.4', '.2.3') ||
      (status === 552 && enhanced === undefined && /\b(size|large|big|long)\b/i.test(said)),
    isAboutContent: enhanced?.startsWith('.6.') ?? false,
    isPolicy: (enhanced?.startsWith('.7.') ?? false) || ABOUT_POLICY.test(said),
  };
}

/** Returns a server's text as one line of at most 500 characters, without control characters. */
export function oneLine(text: string): string {
  return shorten(text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim(), MAX_ANSWER_LENGTH);
}

const MAX_ANSWER_LENGTH = 500;
const ABOUT_SENDER =
  /sender (e-?mail )?(address|domain|verify|verification|rejected|denied)|(client host|helo( command)?) rejected|send ?as(denied)?\b|as this sender|\bfrom (e-?mail )?(address )?(is not|does not|must)|sender (is not|must)|verified sender/i;
/** Amazon SES says this about the sender, and in its sandbox also about a recipient. */
const UNVERIFIED = /address(es)? (is|are) not verified/i;
const SENDING_LIMIT =
  /(daily|hourly|monthly|sending|submission) ?(user |message |e-?mail |sending )*(limit|quota|rate) ?(has been |was |is )?(exceeded|reached)|exceeded .{0,40}(daily|hourly|monthly|sending|submission)[\w ]{0,20}(limit|quota|rate)|maximum sending rate/i;
const ABOUT_POLICY =
  /relay|policy|spam|block|blacklist|denied|prohibit|authenticat|reputation|not (allowed|permitted|authori[sz]ed)/i;
const FULL =
  /(mailbox|inbox|account|user|recipient)\S* (is |has )?(full|over ?quota|out of (storage|space))|over (its |the |their )?(disk )?quota|quota exceeded|exceeded .*(quota|storage)/i;
const NO_SUCH_ADDRESS =
  /no such (user|recipient|mailbox|address|person|account|local)|(user|recipient|mailbox|address|account|addressee) (is )?(unknown|not found|not known|invalid)|(unknown|invalid|bad|non-?existent) (local )?(user|recipient|mailbox|address|account|destination)|(does not|doesn.t|not) exist|no mailbox (here|by that name)|not a (known|valid) (user|recipient|mailbox|address)/i;
