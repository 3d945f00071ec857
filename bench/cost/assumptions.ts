/**
 * What cannot be counted on one machine, and is assumed. All of it is printed with the result: whoever has other feeds
 * changes it here.
 */
export const assumptions = {
  news: {
    /** How often every feed is polled, ms. */
    every: 15 * 60_000,
    /** What a few newspapers publish that a person picks: 20 items a day on average. */
    newspapers: [
      { share: 0.2, itemsPerDay: 70 },
      { share: 0.4, itemsPerDay: 12 },
      { share: 0.4, itemsPerDay: 3 },
    ],
    /**
     * What thousands of feeds of all kinds publish: 5.5 items a day on average, and 97 % of all items come from 17 % of
     * the feeds. As 8,155 feeds did over eight months (Travers, Hmedeh et al., RSS feeds behavior analysis, 2014).
     */
    allKinds: [
      { share: 0.17, itemsPerDay: 31.4 },
      { share: 0.83, itemsPerDay: 0.2 },
    ],
    /** Items that a feed shows at once. */
    shows: 30,
    /** Characters of a summary. */
    summary: 300,
    /** Share of feeds that also carry full texts, and their characters. */
    fullText: 0.25,
    content: 3_000,
    /** Share of items that are edited an hour after they came out. */
    edited: 0.05,
    /** Share of feeds that answer "not modified"… */
    validators: 0.7,
    /** …and that answer with another body every time though nothing is new (a build date, another order). The rest repeats its body. */
    churning: 0.15,
  },
  topics: {
    /** Share of items that match a topic; each matches one. */
    matching: 0.02,
    /** Share of topics that are told in one daily digest. */
    digests: 0.5,
    /** Recipients of a topic, all by email. */
    recipients: 1,
  },
  polling: {
    /** Long polls that Lambda keeps open on an idle queue, s each. */
    wait: 20,
    /** Connections at an event source… */
    connections: 5,
    /** …and at one of a standard queue without a maximum concurrency, where Lambda may go down to so many. */
    fewestConnections: 2,
  },
  lambda: {
    /** Median time that a feed's server takes, ms, and the spread of its logarithm: one in twenty takes 2.7 times as long. */
    fetch: 300,
    fetchSpread: 0.6,
    /** How long a call of an AWS service takes, ms. */
    awsCall: 5,
    /** Memory at which a function has one whole processor, MB; less memory is as much slower. */
    wholeProcessor: 1_769,
    /** How long an execution environment lives, h, and what its start takes, ms: it is billed. */
    environmentLives: 2,
    init: 500,
  },
  logs: {
    /** What CloudWatch adds to each line, bytes. */
    perLine: 26,
    /** Lambda's own lines of an invocation (start and report, as JSON), with what is added to them, bytes. */
    perInvocation: 650,
  },
  month: {
    days: 30,
    /** What CloudWatch reckons a kept log with, of what was ingested; kept a month. */
    logCompression: 0.15,
  },
} as const;
