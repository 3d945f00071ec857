import { describe, expect, it } from 'vitest';
import { type MailFault, mailFault } from '../../../local/mail/mail-fault.ts';

/** Returns the error of the mail library for a server's answer to a command. */
function refusal(command: string, response: string, code = 'EENVELOPE'): Error {
  const responseCode = Number(response.slice(0, 3));
  return Object.assign(new Error(`Refused: ${response}`), { code, command, response, responseCode });
}

const faultOf = (error: unknown) => mailFault(error, 'mail.example:587', 'alerts@news.example');
const brief = ({ scope, cause, isPermanent, needsAction }: MailFault) =>
  `${scope} ${cause}${isPermanent ? ' permanent' : needsAction ? ' refused' : ' later'}`;

describe('answers to RCPT TO', () => {
  it.each([
    ['550 5.1.1 The email account that you tried to reach does not exist', 'recipient recipient permanent'],
    ['550-5.1.1 The email account', 'recipient recipient permanent'],
    ['550 5.1.2 Bad destination system', 'recipient recipient permanent'],
    ['553 5.1.3 Bad address syntax', 'recipient recipient permanent'],
    ['551 5.1.6 Mailbox has moved', 'recipient recipient permanent'],
    ['556 5.1.10 Domain does not accept mail', 'recipient recipient permanent'],
    ['550 no such user', 'recipient recipient permanent'],
    ['550 No such user here', 'recipient recipient permanent'],
    ['550 <ann@news.internal>: User unknown', 'recipient recipient permanent'],
    ['550 5.1.0 Address rejected: unknown user', 'recipient recipient permanent'],
    ['550 Recipient not found', 'recipient recipient permanent'],
    ['551 User not local', 'recipient recipient permanent'],
    ['553 5.6.7 Non-ASCII addresses not permitted', 'recipient recipient permanent'],
    ['450 4.2.0 Greylisted, come back later', 'recipient recipient later'],
    ['451 4.7.1 Please try again later', 'recipient recipient later'],
    ['450 4.1.1 User unknown at present', 'recipient recipient later'],
    ['452 4.2.2 The mailbox is full', 'recipient recipient later'],
    ['452 4.5.3 Too many recipients', 'recipient recipient later'],
    ['552 5.2.2 Mailbox full', 'recipient recipient refused'],
    ['552 Requested mail action aborted: exceeded storage allocation', 'recipient recipient refused'],
    ['550 5.2.1 The account is disabled', 'recipient recipient refused'],
    ['550 mailbox unavailable', 'recipient recipient refused'],
    ['554 5.7.1 <ann@news.internal>: Relay access denied', 'recipient recipient refused'],
    ['551 relaying denied, user not local', 'recipient recipient refused'],
    ['550 5.7.1 Blocked by policy: no such user at our side', 'recipient recipient refused'],
    ['550 5.4.1 Recipient address rejected: Access denied', 'recipient recipient refused'],
    ['553 5.7.1 <alerts@news.example>: Sender address rejected: not owned by user', 'server sender refused'],
    ['550 5.1.0 <alerts@news.example>: Sender address rejected: User unknown', 'server sender refused'],
    ['550 5.1.8 Bad sender domain', 'server sender refused'],
    ['450 4.1.8 Sender address rejected: Domain not found', 'server sender later'],
    ['504 5.5.2 <pc>: Helo command rejected: need fully-qualified hostname', 'server sender refused'],
    ['530 5.7.0 Authentication Required', 'server login refused'],
    ['421 4.7.0 Try again later, closing connection', 'server connection later'],
    ['550 5.4.5 Daily sending quota exceeded', 'server limit refused'],
    ['450 4.2.1 The user is receiving mail at a rate that is too high', 'recipient recipient later'],
    ['552 5.2.2 The user has exceeded the daily message limit', 'recipient recipient refused'],
    ['550 5.7.60 Client does not have permissions to send as this sender', 'server sender refused'],
  ])('%s', (response, expected) => {
    expect(brief(faultOf(refusal('RCPT TO', response)))).toBe(expected);
  });
});

describe('answers to other commands', () => {
  it.each([
    ['MAIL FROM', '550 not a sender of ours', 'server sender refused'],
    ['MAIL FROM', '553 5.7.1 Sender not owned', 'server sender refused'],
    ['MAIL FROM', '550 5.1.1 User unknown', 'server sender refused'],
    ['MAIL FROM', '451 4.3.0 Try later', 'server sender later'],
    ['MAIL FROM', '530 5.7.0 Must issue a STARTTLS command first', 'server login refused'],
    ['MAIL FROM', '552 5.3.4 Message size exceeds limit', 'mail mail permanent'],
    ['DATA', '552 5.3.4 Message too big', 'mail mail permanent'],
    ['DATA', '552 Message size exceeds fixed limit', 'mail mail permanent'],
    ['DATA', '554 5.6.0 Malformed message', 'mail mail permanent'],
    ['DATA', '552 5.2.2 Over quota', 'recipient recipient refused'],
    ['DATA', '550 5.1.1 No such user', 'recipient recipient permanent'],
    ['DATA', '554 5.7.1 Message refused as spam', 'mail mail refused'],
    ['DATA', '550 5.7.26 Unauthenticated mail is not accepted', 'mail mail refused'],
    ['DATA', '554 Transaction failed', 'mail mail refused'],
    ['DATA', '451 4.7.1 Greylisted', 'mail mail later'],
    ['DATA', '452 4.3.1 Insufficient system storage', 'mail mail later'],
    ['DATA', '421 4.3.2 Shutting down', 'server connection later'],
    [
      'DATA',
      '550 5.7.60 SMTP; Client does not have permissions to send as this sender',
      'server sender refused',
    ],
    ['DATA', '554 5.2.252 SendAsDenied; alerts@news.example not allowed', 'server sender refused'],
    ['DATA', '550 The from address does not match a verified Sender Identity', 'server sender refused'],
    ['DATA', '501 Mail from address must be same as authorization user', 'server sender refused'],
    ['DATA', '553 Sender is not allowed to relay emails', 'server sender refused'],
    [
      'DATA',
      '554 Message rejected: Email address is not verified. These identities failed: Alerts@news.example',
      'server sender refused',
    ],
    [
      'DATA',
      '554 Message rejected: Email address is not verified. These identities failed: ann@news.internal',
      'recipient recipient refused',
    ],
    ['DATA', '550 5.4.5 Daily user sending limit exceeded', 'server limit refused'],
    ['DATA', '454 Throttling failure: Daily message quota exceeded.', 'server limit refused'],
    ['DATA', '454 Throttling failure: Maximum sending rate exceeded.', 'server limit refused'],
    ['DATA', '554 5.2.0 Submission quota exceeded', 'server limit refused'],
    ['DATA', '550 5.7.1 Message refused: the rate of spam from your host is too high', 'mail mail refused'],
    ['MAIL FROM', '550 5.4.5 Daily user sending limit exceeded', 'server limit refused'],
    ['MAIL FROM', '452 4.5.3 You have exceeded your hourly sending limit', 'server limit refused'],
    ['CONN', '554 No SMTP service here', 'server connection refused'],
    ['CONN', '421 Too many connections', 'server connection later'],
    ['EHLO', '550 Go away', 'server connection refused'],
  ])('%s: %s', (command, response, expected) => {
    const code = command === 'DATA' ? 'EMESSAGE' : command === 'CONN' ? 'EPROTOCOL' : 'EENVELOPE';
    expect(brief(faultOf(refusal(command, response, code)))).toBe(expected);
  });

  it.each([
    ['535 5.7.8 Username and Password not accepted', 'server login refused'],
    ['534 5.7.9 Application-specific password required', 'server login refused'],
    ['454 4.7.0 Temporary authentication failure', 'server login later'],
    ['421 4.7.0 Too many login attempts', 'server login later'],
  ])('AUTH: %s', (response, expected) => {
    expect(brief(faultOf(refusal('AUTH PLAIN', response, 'EAUTH')))).toBe(expected);
  });
});

describe('no answer', () => {
  const failed = (code: string, more: object = {}, message = 'it failed') =>
    Object.assign(new Error(message), { code, command: 'CONN', ...more });

  it.each([
    [
      failed('ESOCKET', { originalCode: 'ECONNREFUSED', syscall: 'connect' }),
      'server connection later',
      false,
    ],
    [failed('EDNS', { originalCode: 'ENOTFOUND' }), 'server connection later', false],
    [failed('ETIMEDOUT', { timeoutType: 'CONNECT_TIMEOUT' }), 'server connection later', false],
    [failed('ECONNECTION'), 'server connection later', true],
    [failed('ESOCKET', { originalCode: 'ECONNRESET', syscall: 'read' }), 'server connection later', true],
    [failed('ETLS'), 'server tls refused', false],
    [failed('ESOCKET', { originalCode: 'CERT_HAS_EXPIRED' }), 'server tls refused', false],
    [
      failed('EENVELOPE', { command: 'API' }, 'Invalid recipient "a b"'),
      'recipient recipient permanent',
      true,
    ],
    [
      failed('EMESSAGE', { command: 'MAIL FROM' }, 'Message size larger than allowed'),
      'mail mail permanent',
      true,
    ],
    [new TypeError('a fault of ours'), 'mail unknown later', false],
    ['no error at all', 'mail unknown later', false],
  ])('%s', (error, expected, isOfMail) => {
    const fault = faultOf(error);
    expect(brief(fault)).toBe(expected);
    expect(fault.isOfMail).toBe(isOfMail);
  });

  it('after a timeout leaves it open whether the server has the mail', () => {
    const fault = faultOf(Object.assign(new Error('aborted'), { name: 'AbortError', code: 'EABORT' }));
    expect(fault).toMatchObject({ scope: 'server', isAborted: true, isOfMail: true });
    expect(fault.detail).toContain('mail.example:587 did not answer in time; check host and port');
  });
});

it('names the server, the remedy and the answer on one line', () => {
  expect(faultOf(refusal('AUTH PLAIN', '535 5.7.8 Bad\r\n  credentials', 'EAUTH')).detail).toBe(
    'mail.example:587 refused the user or password; check them in NEWS_ALERTS_SMTP_URL (many providers want an app password): 535 5.7.8 Bad credentials',
  );
  expect(faultOf(refusal('MAIL FROM', '550 no')).detail).toMatch(
    /^mail\.example:587 refused alerts@news\.example as the sender; .*set NEWS_ALERTS_MAIL_FROM to .*: 550 no$/,
  );
});

it.each([
  ['RCPT TO', true],
  ['DATA', true],
  ['MAIL FROM', false],
])('a limit in the answer to %s may concern the mail that was tried: %s', (command, expected) => {
  expect(faultOf(refusal(command, '550 5.4.5 Daily sending limit exceeded')).isOfMail).toBe(expected);
});

it('shortens the messages of OpenSSL', () => {
  const message =
    '400D62E86F7F0000:error:0A00010B:SSL routines:tls_validate:wrong version number:../a/b.c:77:';
  const error = Object.assign(new Error(message), { code: 'ESOCKET', originalCode: 'EPROTO' });
  expect(faultOf(error).detail).toMatch(/and smtp:\/\/ for others: wrong version number$/);
});
