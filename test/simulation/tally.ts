import type { SeedResult } from './run-seeds.ts';

/** Sums over many runs. */
export class Tally {
  seeds = 0;
  calls = 0;
  events = 0;
  invocations = 0;
  owed = 0;
  rewritten = 0;
  developments = 0;
  retellings = 0;
  published = 0;
  repeated = 0;
  skipped = 0;
  muted = 0;
  leftOut = 0;
  chat = 0;
  chatAccepted = 0;
  chatRepeated = 0;
  mail = 0;
  mailAccepted = 0;
  mailRepeated = 0;
  mailSkipped = 0;
  split = 0;
  followed = 0;
  daily = 0;
  readonly faults = new Map<string, number>();
  readonly broken: SeedResult[] = [];

  add(result: SeedResult): void {
    const { calls, events, invocations, counts, faults, broken } = result;
    this.seeds++;
    this.calls += calls;
    this.events += events;
    this.invocations += invocations;
    this.owed += counts.owed;
    this.rewritten += counts.rewritten;
    this.developments += counts.developments;
    this.retellings += counts.retellings;
    this.published += counts.published;
    this.repeated += counts.repeated;
    this.skipped += counts.skipped;
    this.muted += counts.muted;
    this.leftOut += counts.leftOut;
    this.chat += counts.chat;
    this.chatAccepted += counts.chatAccepted;
    this.chatRepeated += counts.chatRepeated;
    this.mail += counts.mail;
    this.mailAccepted += counts.mailAccepted;
    this.mailRepeated += counts.mailRepeated;
    this.mailSkipped += counts.mailSkipped;
    this.split += counts.split;
    this.followed += counts.followed;
    this.daily += counts.daily;
    for (const [kind, count] of Object.entries(faults)) {
      this.faults.set(kind, (this.faults.get(kind) ?? 0) + count);
    }
    if (broken.length > 0) this.broken.push(result);
  }

  get faultCount(): number {
    return [...this.faults.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Returns the sums as text. */
  describe(seconds: number): string {
    const faults = [...this.faults].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${count} ${kind}`);
    return [
      `${this.seeds} seeds in ${seconds.toFixed(0)} s (${(this.seeds / seconds).toFixed(1)} a second)`,
      `${this.events} events, ${this.calls} calls to AWS, ${this.invocations} invocations`,
      `${this.faultCount} faults: ${faults.join(', ')}`,
      `${this.owed} stories owed to topics, ${this.rewritten} of them rewritten, ${this.published} messages published, with ${this.developments} developments and ${this.retellings} retellings`,
      `${this.repeated} repeated and ${this.skipped} left out within the window of ADR 2, as onAmbiguous allows`,
      `${this.muted} stories muted, ${this.leftOut} times left out of a message`,
      `${this.chat} alerts owed to chat services, ${this.chatAccepted} messages accepted, ${this.chatRepeated} of them again in doubt`,
      `${this.mail} mails owed to readers, ${this.mailAccepted} accepted, ${this.mailRepeated} of them again in doubt, ${this.mailSkipped} left out in doubt`,
      `${this.split} reports taken out of their stories, ${this.followed} followed by reports of their own`,
      `${this.daily} mails to those who get one a day`,
      `${this.broken.length} seeds with a broken rule`,
    ].join('\n');
  }
}
