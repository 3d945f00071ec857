import { count } from '../../functions/shared/text/count.ts';
import { type CheckResult, LEVELS } from './check-result.ts';

/** Results with the same code that are printed; `--json` has all of them. */
const MAX_OF_ONE_CODE = 20;

/** Returns the results as text, the worst last, so that they stand right above the prompt. */
export function formatReport(results: readonly CheckResult[]): string {
  const lines: string[] = [];
  for (const level of LEVELS) {
    const ofLevel = results.filter((result) => result.level === level);
    if (ofLevel.length === 0) continue;
    lines.push(level);
    const totals = new Map<string, number>();
    for (const result of ofLevel) {
      const before = totals.get(result.code) ?? 0;
      totals.set(result.code, before + 1);
      if (level === 'ok' || before < MAX_OF_ONE_CODE) lines.push(...entry(result));
    }
    for (const [code, total] of totals) {
      if (level !== 'ok' && total > MAX_OF_ONE_CODE)
        lines.push(`  … and ${total - MAX_OF_ONE_CODE} more ${code}; --json prints them all`);
    }
    lines.push('');
  }
  // Reasons and addresses come from outside and must not control the terminal.
  return `${[...lines, summary(results)].join('\n').replace(/(?!\n)\p{Cc}/gu, '')}\n`;
}

function entry({ check, code, seen, means, next }: CheckResult): string[] {
  const name = code === 'ok' ? check : code;
  return [
    `  ${name}: ${seen.replaceAll('\n', '\n    ')}`,
    ...(means ? [`    means: ${means}`] : []),
    ...(next ? [`    next: ${next}`] : []),
  ];
}

function summary(results: readonly CheckResult[]): string {
  const total = (level: CheckResult['level']) => results.filter((result) => result.level === level).length;
  const totals = `${count(total('problem'), 'problem')}, ${count(total('warning'), 'warning')}, ${total('ok')} ok.`;
  return isHealthy(results) ? totals : `${totals} docs/operations.md explains each kind.`;
}

/** Returns whether every result is ok. */
export function isHealthy(results: readonly CheckResult[]): boolean {
  return results.every(({ level }) => level === 'ok');
}
