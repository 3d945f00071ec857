import { chatVersion, deployedChats } from '../../config/recipients.ts';
import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import type { ChatRecipient } from '../../functions/shared/model.ts';
import { type RecipientProblem, recipientProblems } from '../../functions/shared/store/recipient-problems.ts';
import { count } from '../../functions/shared/text/count.ts';
import { formatDuration, formatTime } from '../../local/format-time.ts';
import { OUTPUTS } from '../deployed/resource-names.ts';
import { type CheckContext, deployCommand, stackOption, tableName } from './check-context.ts';
import { type CheckResult, ok } from './check-result.ts';

/** Services are often unreachable for some minutes. */
const LATE_MS = 15 * 60_000;

/** Reports the recipients that messages do not reach. `problems`: by service and name. */
export function chatResults(
  recipients: readonly Pick<ChatRecipient, 'service' | 'name'>[],
  problems: ReadonlyMap<string, RecipientProblem>,
  now: number,
  redrive: string,
): CheckResult[] {
  const results = recipients.flatMap(({ service, name }): CheckResult[] => {
    const about = `${service} ${name}`;
    const problem = problems.get(about);
    if (problem === undefined) return [];
    if (problem.failedAt !== undefined) return [failedResult(about, problem, problem.failedAt, redrive)];
    return now - problem.since < LATE_MS ? [] : [waitingResult(about, problem, now)];
  });
  if (results.length > 0) return results;
  return [ok('chat', `${count(recipients.length, 'recipient')} at chat services, none with a problem`)];
}

function failedResult(
  about: string,
  { detail }: RecipientProblem,
  failedAt: number,
  redrive: string,
): CheckResult {
  return {
    level: 'problem',
    check: 'chat',
    code: 'chat-failed',
    about,
    seen: `${about} has not received an alert, which was given up at ${formatTime(failedAt)}: ${detail}`,
    means:
      'the alert is a dead letter; later alerts are tried, and this finding ends with the first that arrives',
    next: `do what the message says, then run: ${redrive}`,
  };
}

function waitingResult(about: string, { since, detail, nextAt }: RecipientProblem, now: number): CheckResult {
  return {
    level: 'problem',
    check: 'chat',
    code: 'chat-waits',
    about,
    seen: `${about} has accepted nothing for ${formatDuration(now - since)}: ${detail}; the next try is at ${formatTime(nextAt)}`,
    means: 'its alerts wait; each is tried for a day, and then becomes a dead letter',
    next: 'do what the message says, or wait for the service',
  };
}

function differsResult(context: CheckContext): CheckResult {
  return {
    level: 'problem',
    check: 'chat',
    code: 'chat-differs',
    seen: 'the recipients at chat services in the file are not those of the deployment',
    means: 'new ones receive nothing, and removed ones still receive alerts',
    next: `deploy: ${deployCommand(context)}`,
  };
}

export const checkChats = {
  name: 'chat',
  what: 'the recipients at chat services',
  needsFile: true,
  async run(context: CheckContext): Promise<readonly CheckResult[]> {
    const { clients, clock, loaded, name, stack } = context;
    const recipients = deployedChats(loaded.chats);
    const wanted = recipients.length > 0 ? chatVersion(recipients) : undefined;
    const deployed = stack?.outputs[OUTPUTS.chatVersion];
    const differs = stack !== undefined && deployed !== wanted ? [differsResult(context)] : [];
    if (recipients.length === 0 || deployed === undefined) return differs;
    const problems = await recipientProblems(dynamoTable(clients.dynamoDb, tableName(context)), 'chat').all();
    const redrive = `npx news-alerts redrive chat${stackOption(name)}`;
    return [...differs, ...chatResults(recipients, problems, clock(), redrive)];
  },
} as const;
