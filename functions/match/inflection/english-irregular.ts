/** Irregular forms that are common in news. Each word of a row matches all others of its row. */
const IRREGULAR_FORMS = [
  'man men',
  'woman women',
  'child children',
  'foot feet',
  'tooth teeth',
  'mouse mice',
  'half halves',
  'wife wives',
  'wolf wolves',
  'thief thieves',
  'knife knives',
  'shelf shelves',
  'bus buses',
  'gas gases',
  'lens lenses',
  'canvas canvases',
  'quiz quizzes',
  'crisis crises',
  'analysis analyses',
  'diagnosis diagnoses',
  'hypothesis hypotheses',
  'oasis oases',
  'thesis theses',
  'criterion criteria',
  'phenomenon phenomena',
  'bacterium bacteria',
  'die dies died dying',
  'lie lies lied lying',
  'tie ties tied tying',
  'vie vies vied vying',
  'sue sues sued suing',
  'queue queues queued queuing queueing',
  'free frees freed freeing',
  'panic panics panicked panicking',
  'fuel fuels fuelled fuelling fueled fueling',
  'dial dials dialled dialling dialed dialing',
];

const FORMS = new Map(
  IRREGULAR_FORMS.flatMap((row) => {
    const forms = row.split(' ');
    return forms.map((form) => [form, forms] as const);
  }),
);

/** Matches "policeman", "grandchild" and "midwife", but not "Oman" or "omen". */
const COMPOUND = /^(\p{L}{3,})(man|men|child|children|wife|wives)$/u;

/** Returns the other forms of an irregular word, or an empty list. */
export function irregularForms(word: string): readonly string[] {
  const [, first = '', last = ''] = COMPOUND.exec(word) ?? [];
  const forms = FORMS.get(word) ?? (FORMS.get(last) ?? []).map((form) => first + form);
  return forms.filter((form) => form !== word);
}

/**
 * Verbs and their irregular pasts. A verb matches its pasts, but a past matches only itself, because many are other
 * words too, such as "rose" and "won". The pasts of "leave", "feed" and "wind" are other words so often that they are
 * left out.
 */
const IRREGULAR_PASTS: Readonly<Record<string, string>> = {
  become: 'became',
  begin: 'began begun',
  break: 'broke broken',
  bring: 'brought',
  build: 'built',
  buy: 'bought',
  catch: 'caught',
  choose: 'chose chosen',
  deal: 'dealt',
  draw: 'drew drawn',
  drive: 'drove driven',
  eat: 'ate eaten',
  fall: 'fell fallen',
  fight: 'fought',
  find: 'found',
  flee: 'fled',
  fly: 'flew flown',
  forbid: 'forbade forbidden',
  forgive: 'forgave forgiven',
  freeze: 'froze frozen',
  give: 'gave given',
  grow: 'grew grown',
  hide: 'hid hidden',
  hold: 'held',
  keep: 'kept',
  know: 'knew known',
  lead: 'led',
  lend: 'lent',
  lose: 'lost',
  make: 'made',
  meet: 'met',
  mislead: 'misled',
  outsell: 'outsold',
  overcome: 'overcame',
  oversee: 'oversaw overseen',
  overtake: 'overtook overtaken',
  overthrow: 'overthrew overthrown',
  pay: 'paid',
  rebuild: 'rebuilt',
  repay: 'repaid',
  resell: 'resold',
  rise: 'rose risen',
  run: 'ran',
  seek: 'sought',
  sell: 'sold',
  send: 'sent',
  shake: 'shook shaken',
  shoot: 'shot',
  sing: 'sang sung',
  sink: 'sank sunk',
  speak: 'spoke spoken',
  spend: 'spent',
  stand: 'stood',
  steal: 'stole stolen',
  strike: 'struck stricken',
  swear: 'swore sworn',
  swim: 'swam swum',
  take: 'took taken',
  teach: 'taught',
  tell: 'told',
  throw: 'threw thrown',
  undergo: 'underwent undergone',
  undertake: 'undertook undertaken',
  uphold: 'upheld',
  win: 'won',
  withdraw: 'withdrew withdrawn',
  withhold: 'withheld',
  write: 'wrote written',
};

const VERBS = new Map(
  Object.entries(IRREGULAR_PASTS).flatMap(([verb, pasts]) =>
    pasts.split(' ').map((past) => [past, verb] as const),
  ),
);

/** Returns the verb of an irregular past, or undefined. */
export function verbOfPast(word: string): string | undefined {
  return VERBS.get(word);
}
