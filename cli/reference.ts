// Prints docs/cli.md: npx node cli/reference.ts > docs/cli.md
import type { Command } from 'commander';
import { createProgram } from './program.ts';
import { EXIT_CODES } from './shared/exit-codes.ts';

const WIDTH = 120;

const INTRODUCTION = `# The command line

<!-- Generated from cli/*/command.ts: npx node cli/reference.ts > docs/cli.md -->

Run commands in a clone of the repository as \`npx news-alerts COMMAND\`. \`npx news-alerts COMMAND --help\` prints the text below.
Every command reads \`.env\` in the current folder. Results for programs go to standard output, progress and faults to
standard error. Output has colours on a terminal only, and never with \`NO_COLOR\`.

With \`--json\`, standard output has only JSON: one object on one line, or a line for each alert of \`alerts\`. After a
failure, standard output is empty and the fault is on standard error, except where the command says otherwise. Times are
ISO texts in UTC, and money is in US dollars. Later versions may add keys. \`parse\`, \`match\`, \`group\`, \`replay\` and
\`schema\` always print JSON. \`start\` has no \`--json\`, since it runs until it is stopped: the alerts that it sends are in
\`alerts list --json\`. \`deploy\` passes options after two dashes, such as \`--json\`, on to cdk.`;

/** Returns the reference of all commands as Markdown, from the same texts as their `--help`. */
export async function renderReference(): Promise<string> {
  const commands = leafCommands(await createProgram());
  return `${[INTRODUCTION, renderOverview(commands), renderExitCodes(), ...commands.map(renderCommand)].join('\n\n')}\n`;
}

/** Returns the commands that can be run, without those that only contain others. */
function leafCommands(command: Command): Command[] {
  const children = command.createHelp().visibleCommands(command);
  const named = children.filter((child) => child.name() !== 'help');
  return named.length === 0 ? [command] : named.flatMap(leafCommands);
}

/** Returns the name of a command as users type it: `alerts list`. */
function nameOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${nameOf(parent)} ${command.name()}` : command.name();
}

function renderOverview(commands: readonly Command[]): string {
  const rows = commands.map((command) => {
    const name = nameOf(command);
    return `| [\`${name}\`](#${name.replaceAll(' ', '-')}) | ${command.description()} |`;
  });
  return ['| command | what it does |', '| --- | --- |', ...rows].join('\n');
}

function renderExitCodes(): string {
  const rows = EXIT_CODES.map(({ code, meaning }) => `| ${code} | ${meaning} |`);
  const note = '`start` and `dashboard` exit with 0 when they are stopped.';
  return ['## Exit codes', '', '| code | meaning |', '| --- | --- |', ...rows, '', note].join('\n');
}

function renderCommand(command: Command): string {
  const description = command.description();
  const sentence = `${description.charAt(0).toUpperCase()}${description.slice(1)}.`;
  const [usage = '', ...details] = helpTexts(command);
  const paragraphs = [`## ${nameOf(command)}`, sentence, `\`\`\`text\n${usage}\n\`\`\``, ...details];
  return paragraphs.join('\n\n');
}

/** Returns the parts of a command's help: its usage with arguments and options, then the paragraphs that follow. */
function helpTexts(command: Command): string[] {
  const texts: string[] = [];
  command
    .helpOption(false)
    .configureHelp({ commandDescription: () => '' })
    .configureOutput({
      getOutHelpWidth: () => WIDTH,
      writeOut: (text) => texts.push(linkDocuments(text.trim())),
    })
    .outputHelp();
  return texts;
}

/** Turns the path of a document, as help texts name it, into a link from docs/cli.md. */
function linkDocuments(text: string): string {
  return text.replace(/\bdocs\/([\w-]+\.md)/g, '[$1]($1)');
}

if (process.argv[1] === import.meta.filename) process.stdout.write(await renderReference());
