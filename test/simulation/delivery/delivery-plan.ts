import type { SeededRandom } from '../../helpers/seeded-random.ts';
import { type FaultRates, faultRatesOf } from '../fault-plan.ts';
import { HOUR, MINUTE } from '../virtual-time.ts';

/** `removed`: the recipient is gone. `sandbox`: the service refuses messages until the owner has verified something. */
export type TroubleKind = 'down' | 'silent' | 'unreachable' | 'removed' | 'sandbox';

/** A time in which a service fails. */
interface Trouble {
  readonly kind: TroubleKind;
  readonly from: number;
  readonly until: number;
}

/** The probability of each answer of a service, per request. */
interface AnswerRates {
  /** 429. */
  readonly throttled: number;
  /** 500, though the message was accepted. */
  readonly errorAfter: number;
  /** 500, and the message was not accepted. */
  readonly errorBefore: number;
  /** The message is accepted, and nobody hears the answer. */
  readonly lostAnswer: number;
  /** The message never arrives. */
  readonly lostRequest: number;
  /** The function dies before its request arrives. */
  readonly crashBefore: number;
  /** The function dies after the message was accepted. */
  readonly crashAfter: number;
}

/** How a service fails. */
export interface ServicePlan {
  readonly rates: AnswerRates;
  readonly troubles: readonly Trouble[];
}

/** The faults of a run's deliveries other than those of the services. */
export interface DeliveryPlan {
  /** Rates of the calls to AWS. */
  readonly faults: FaultRates;
  /** Items have such long addresses that an alert about several fills more than one chat message. */
  readonly longAddresses: boolean;
  /** Probability that SNS delivers an alert twice. */
  readonly deliveredTwice: number;
  /** Maximum error of a function's clock, either way, ms. */
  readonly clockSkew: number;
  /** When faults and troubles end. */
  readonly calmFrom: number;
}

const rateOf = (random: SeededRandom, often: number) => random.pick([0, 0, 0.3, 1]) * often;

/**
 * Returns the plan of a service.
 * @param published the times of the alerts
 * @param kinds the troubles that the service may have
 */
export function servicePlanOf(
  random: SeededRandom,
  published: readonly number[],
  kinds: readonly TroubleKind[],
): ServicePlan {
  const rate = (often: number) => rateOf(random, often);
  return {
    rates: {
      throttled: rate(0.4),
      errorAfter: rate(0.2),
      errorBefore: rate(0.2),
      lostAnswer: rate(0.2),
      lostRequest: rate(0.2),
      crashBefore: rate(0.1),
      crashAfter: rate(0.15),
    },
    troubles: random.chance(0.4) ? [troubleOf(random, published, kinds)] : [],
  };
}

/** Returns the plan of everything else. `published`: the times of the alerts. */
export function deliveryPlanOf(
  random: SeededRandom,
  published: readonly number[],
  services: readonly ServicePlan[],
): DeliveryPlan {
  const troubles = services.flatMap((one) => one.troubles);
  return {
    faults: faultRatesOf(random, 'anything'),
    longAddresses: random.chance(0.5),
    deliveredTwice: rateOf(random, 0.4),
    clockSkew: random.chance(0.5) ? random.between(0, 10_000) : 0,
    calmFrom: Math.max(...published, ...troubles.map(({ until }) => until)) + HOUR,
  };
}

/** Returns a trouble that begins about when an alert is published. Some last for longer than an alert is tried. */
function troubleOf(
  random: SeededRandom,
  published: readonly number[],
  kinds: readonly TroubleKind[],
): Trouble {
  const from = random.pick(published) - random.integer(10 * MINUTE);
  const length = random.chance(0.3) ? random.between(20, 30) * HOUR : random.between(5, 300) * MINUTE;
  return { kind: random.pick(kinds), from, until: from + length };
}
