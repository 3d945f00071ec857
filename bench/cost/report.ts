import type { Line } from '../../cli/cost/bill.ts';
import { PRICES_AS_OF } from '../../cli/cost/prices.ts';
import { STAGES, stages } from '../../functions/shared/pipeline.ts';
import { assumptions } from './assumptions.ts';
import type { Result } from './sizes.ts';

/** Returns a readable report for one size. */
export function report({ size, day, bill, reached, withAllConnections, chat }: Result): string {
  const { feeds, topics, sample, goal } = size;
  const rows = [
    ['', 'a month', 'unit', 'nothing free', 'with free tier', 'share'],
    ...bill.lines.map((line) => row(line, bill.full)),
    ['total', '', '', dollars(bill.full), dollars(bill.withFree), ''],
  ];
  const method = sample
    ? `scaled from ${count(sample)} of them; dispatch was run with all`
    : 'all of them were run';
  const met = reached <= goal.dollars ? 'reached' : 'MISSED';
  return [
    `${count(feeds)} feeds every ${assumptions.news.every / 60_000} minutes, ${count(topics)} topics (${method})`,
    table(rows),
    `goal: at most ${dollars(goal.dollars)} a month with the free tier, ${goal.delivery}: ${dollars(reached)}, ${met}`,
    `if Lambda keeps ${assumptions.polling.connections} connections open for every idle queue: ${dollars(withAllConnections)}`,
    `a recipient of all topics at a chat service adds ${dollars(chat.full)}, ${dollars(chat.withFree)} with the free tier`,
    ...capacity(day.times, day.counts),
  ].join('\n');
}

function row({ price, used, full, withFree }: Line, total: number): string[] {
  return [
    price.what,
    count(used),
    price.unit,
    dollars(full),
    dollars(withFree),
    `${((full / total) * 100).toFixed(0)} %`,
  ];
}

/**
 * Reports the concurrency of each stage. A queue grows without limit if its stage needs more than its event source allows.
 */
function capacity(times: Result['day']['times'], counts: Result['day']['counts']): string[] {
  return STAGES.flatMap((stage) => {
    const { trigger } = stages[stage];
    const running = times[stage].waited / 86_400_000;
    const invocations = counts[`lambda.${stage}.invocations`] ?? 0;
    const max = 'queue' in trigger ? trigger.maxConcurrency : undefined;
    const text = `${stage}: ${count(invocations)} invocations a day, ${running.toFixed(2)} at a time on average`;
    return max !== undefined && running > max * 0.8
      ? [`${text}: TOO MANY for its maximum concurrency of ${max}`]
      : [text];
  });
}

/** Returns all assumptions as a list. */
export function listAssumptions(): string {
  const lines = Object.entries(assumptions).flatMap(([group, values]) =>
    Object.entries(values).map(([name, value]) => `  ${group}.${name}: ${JSON.stringify(value)}`),
  );
  return [
    `Prices as of ${PRICES_AS_OF} (cli/cost/prices.ts). Assumptions (bench/cost/assumptions.ts):`,
    ...lines,
  ].join('\n');
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows
    .map((cells) =>
      cells
        .map((cell, column) =>
          column === 0 || column === 2
            ? cell.padEnd(widths[column] ?? 0)
            : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

function count(units: number): string {
  return units.toLocaleString('en-US', { maximumFractionDigits: units < 100 ? 2 : 0 });
}
