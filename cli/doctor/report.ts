import { count } from '../../functions/shared/text/count.ts';
import { type CheckResult, LEVELS } from './check-result.ts';

/** How many findings of one kind a person wants to read; `--json` has them all. */
const MAX_OF_ONE_CODE = 20;

/** The findings for a person, what is worst last: it stands above the prompt. */
export function formatReport(findings: readonly CheckResult[]): string {
  const lines: string[] = [];
  for (const level of LEVELS) {
    const here = findings.filter((finding) => finding.level === level);
    if (here.length === 0) continue;
    lines.push(level);
    const shown = new Map<string, number>();
    for (const finding of here) {
      const before = shown.get(finding.code) ?? 0;
      shown.set(finding.code, before + 1);
      if (level === 'ok' || before < MAX_OF_ONE_CODE) lines.push(...entry(finding));
    }
    for (const [code, total] of shown) {
      if (level !== 'ok' && total > MAX_OF_ONE_CODE)
        lines.push(`  … and ${total - MAX_OF_ONE_CODE} more of ${code}; --json has them all`);
    }
    lines.push('');
  }
  // Reasons and addresses come from others: they must not steer the terminal.
  return `${[...lines, summary(findings)].join('\n').replace(/(?!\n)\p{Cc}/gu, '')}\n`;
}

function entry({ check, code, seen, means, next }: CheckResult): string[] {
  const name = code === 'ok' ? check : code;
  return [
    `  ${name}: ${seen.replaceAll('\n', '\n    ')}`,
    ...(means ? [`    means: ${means}`] : []),
    ...(next ? [`    next: ${next}`] : []),
  ];
}

function summary(findings: readonly CheckResult[]): string {
  const of = (level: CheckResult['level']) => findings.filter((finding) => finding.level === level).length;
  const counts = `${count(of('problem'), 'problem')}, ${count(of('warning'), 'warning')}, ${of('ok')} ok.`;
  return isHealthy(findings) ? counts : `${counts} Each kind has an entry in docs/operations.md.`;
}

export function isHealthy(findings: readonly CheckResult[]): boolean {
  return findings.every(({ level }) => level === 'ok');
}
