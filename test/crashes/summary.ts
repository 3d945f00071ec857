import type { CrashRun } from './kill-loop.ts';

/** A few lines for people. */
export function summaryOf(run: CrashRun, { seed, seconds }: { seed: number; seconds: number }): string {
  const { kills, starting, working, claiming, items, publishes, verdict, mail, mailFaults, faults, dataDir } =
    run;
  const lines = [
    `kills       ${kills}: ${starting} before it was ready, ${working} while messages were worked on, ${claiming} between a claim and its end`,
    `news        ${items} items, ${publishes} publishes`,
    `ready       ${readyText(run.ready)}`,
    ...(verdict
      ? [
          `alerts      ${verdict.expected} stories owed, ${verdict.lost} lost`,
          `duplicates  ${verdict.duplicates}; the window of ADR 2 allowed ${verdict.bound}`,
          ...(mail
            ? [
                `mail        ${mail.mails} mails owed, ${mail.lost} lost; ${mail.copies} came again, each after one that was in doubt, with its Message-ID`,
                `mail server failed tries: ${[...mailFaults].map(([fault, times]) => `${fault} ${times}`).join(', ')}; and the port was closed`,
              ]
            : []),
          `sms         ${verdict.smsSkipped} alerts not sent for fear of a duplicate`,
        ]
      : ['interrupted before it had settled: whether something was lost cannot be told']),
    `took        ${seconds.toFixed(0)} s, seed ${seed}`,
    ...faults.map((fault) => `FAULT       ${fault}`),
    ...(faults.length > 0
      ? [`FAILED with seed ${seed}: ${faults.length} faults; the data are in ${dataDir}`]
      : []),
  ];
  return lines.join('\n');
}

export function readyText(ready: readonly number[]): string {
  const sorted = ready.toSorted((a, b) => a - b);
  const at = (share: number) =>
    `${(sorted[Math.ceil(share * sorted.length) - 1] ?? sorted[0] ?? 0).toFixed(0)} ms`;
  return `min ${at(0)}, median ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)} of ${sorted.length} starts`;
}
