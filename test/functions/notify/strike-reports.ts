/** Made-up reports of one story: a strike of ferry crews. */
export const STRIKE_REPORTS = {
  first: {
    title: 'Ferry crews in Port Lumen walk out over pay',
    summary:
      'Crews of the Port Lumen ferries walked out on Monday after talks on pay with Orlena Vask failed.',
  },
  retellings: [
    { title: 'Port Lumen ferry crews strike in pay dispute', summary: '' },
    { title: 'Pay dispute: ferry crews of Port Lumen stop work', summary: '' },
    { title: 'Strike of the ferry crews over pay begins in Port Lumen', summary: '' },
  ],
  /** Each adds something to the ones before it. */
  developments: [
    {
      title: 'Army boats carry stranded islanders home',
      summary:
        'Army boats took islanders home from Port Lumen on Tuesday as the strike of the ferry crews over pay went on.',
    },
    {
      title: 'Judge orders union back on board',
      summary:
        'A judge told the union on Wednesday that crews of the Port Lumen ferries must end their strike over pay.',
    },
    {
      title: 'Company gives in and doubles wages',
      summary:
        'The owner of the Port Lumen ferries doubled wages on Thursday, and the crews ended their strike over pay.',
    },
  ],
} as const;

const [army, judge, company] = STRIKE_REPORTS.developments;
const [retold, retoldAgain, retoldLast] = STRIKE_REPORTS.retellings;

export { army, company, judge, retold, retoldAgain, retoldLast };
