import type { CrashRun } from './kill-loop.ts';

/** Returns a readable summary. */
export function summaryOf(run: CrashRun, { seed, seconds }: { seed: number; seconds: number }): string {
  const {
    kills,
    starting,
    working,
    claiming,
    items,
    publishes,
    verdict,
    mail,
    sms,
    chat,
    mailFaults,
    faults,
    dataDir,
  } = run;
  const lines = [
    `kills       ${kills}: ${starting} before the process was ready, ${working} while messages were processed, ${claiming} between a claim and its end`,
    `news        ${items} items, ${publishes} publishes`,
    `ready       ${readyText(run.ready)}`,
    ...(verdict
      ? [
          `alerts      ${verdict.expected} stories expected, ${verdict.lost} lost`,
          `duplicates  ${verdict.duplicates}; the window of ADR 2 allowed ${verdict.bound}`,
          ...(mail
            ? [
                `mail        ${mail.mails} mails expected, ${mail.lost} lost; ${mail.copies} repeated, each with its Message-ID and only when it was unknown whether it had been accepted`,
                `mail server failed attempts: ${[...mailFaults].map(([fault, times]) => `${fault} ${times}`).join(', ')}; and had its port closed`,
              ]
            : []),
          `sms         ${verdict.smsSkipped} alerts not sent, because this could have been a duplicate`,
          ...(sms
            ? [`            ${sms.expected} SMS expected, ${sms.inDoubt} of them in doubt and not repeated`]
            : []),
          ...(chat
            ? [
                `webhook     ${chat.expected} messages expected, ${chat.lost} lost; ${chat.copies} repeated, each with its id and only when it was unknown whether it had been accepted`,
              ]
            : []),
        ]
      : ['interrupted before everything had settled, so it is unknown whether something was lost']),
    `took        ${seconds.toFixed(0)} s, seed ${seed}`,
    ...faults.map((fault) => `FAULT       ${fault}`),
    ...(faults.length > 0
      ? [`FAILED with seed ${seed}: ${faults.length} faults; the data is in ${dataDir}`]
      : []),
  ];
  return lines.join('\n');
}

function readyText(ready: readonly number[]): string {
  const sorted = ready.toSorted((a, b) => a - b);
  const at = (share: number) =>
    `${(sorted[Math.ceil(share * sorted.length) - 1] ?? sorted[0] ?? 0).toFixed(0)} ms`;
  return `min ${at(0)}, median ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)} of ${sorted.length} starts`;
}
