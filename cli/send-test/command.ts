import type { Command } from 'commander';
import { ALL_CHAT_SERVICES } from '../../functions/shared/model.ts';
import { details, examples } from '../shared/help.ts';
import { configOption, jsonOption } from '../shared/options.ts';
import type { SendTestOptions } from './send-test.ts';

export function addTest(program: Command): void {
  const command = program.command('test');
  command
    .description(
      'send a test alert like a real one, and print the answer of the mail server, SNS or chat service',
    )
    .option('--email <address>', 'send to this address')
    .option('--sms <number>', 'send to this phone number, such as +12025550123');
  for (const service of ALL_CHAT_SERVICES)
    command.option(`--${service} <address>`, `send to this ${service} address, written as in the file`);
  command
    .option(
      '--recipient <text>',
      'send to the chat services in the file whose service or name contains this text, such as slack',
    )
    .option('--topic <id>', 'send as an alert of this topic (default: the first topic of the file)')
    .addOption(configOption())
    .option('--stack <name>', 'send through a deployment on AWS instead of this machine')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'test --email you@example.org',
        'test --sms +12025550123 --stack NewsAlerts',
        'test --recipient slack',
        `test --slack '\${SLACK_NEWS}'`,
      ),
    )
    .addHelpText(
      'after',
      details(
        `Sends at once, whether \`start\` runs or not. The exit code is 0 when the server or SNS has accepted the message. From this machine, emails need \`NEWS_ALERTS_SMTP_URL\` (docs/email.md) and SMS need \`NEWS_ALERTS_SMS=aws\` (docs/sms.md). The addresses of chat services are secrets: \`--recipient\` takes them from the file, and \`--slack\` and the others know names such as \`\${SLACK_NEWS}\`, whose values are in the environment or .env (docs/chat.md). An address with several parts is a map, as in the file: \`--telegram '{ token: "\${TELEGRAM_BOT}", chat: "-1001234567890" }'\`.`,
        '`--json` prints one object: `{topic, stack, sent: [{protocol, to, answer}]}`. `stack` is `null` on this machine.',
      ),
    )
    .action(async (options: SendTestOptions) => {
      const { sendTest } = await import('./send-test.ts');
      await sendTest(options);
    });
}
