/**
 * Assumptions about things that cannot be counted on one machine. They are printed with the result. Change them here for
 * other feeds.
 */
export const assumptions = {
  news: {
    /** Polling interval of every feed, ms. */
    every: 15 * 60_000,
    /** A few newspapers, as one person would select: 20 items a day each on average. */
    newspapers: [
      { share: 0.2, itemsPerDay: 70 },
      { share: 0.4, itemsPerDay: 12 },
      { share: 0.4, itemsPerDay: 3 },
    ],
    /**
     * Thousands of feeds of all kinds: 5.5 items a day on average, and 97 % of all items come from 17 % of the feeds. These
     * are figures of 8,155 feeds over eight months (Travers, Hmedeh et al., RSS feeds behavior analysis, 2014).
     */
    allKinds: [
      { share: 0.17, itemsPerDay: 31.4 },
      { share: 0.83, itemsPerDay: 0.2 },
    ],
    /** Number of items in a feed document. */
    shows: 30,
    /** Length of a summary in characters. */
    summary: 300,
    /** Share of feeds with full texts, and the length of these in characters. */
    fullText: 0.25,
    content: 3_000,
    /** Share of items that are edited an hour after they are published. */
    edited: 0.05,
    /** Share of feeds that answer "not modified". */
    validators: 0.7,
    /**
     * Share of feeds whose document differs every time, for example in its build date or order. The other feeds repeat the same
     * document.
     */
    churning: 0.15,
  },
  topics: {
    /** Share of items that match a topic. Each matches only one. */
    matching: 0.02,
    /** Share of topics with a daily digest. */
    digests: 0.5,
    /** Recipients of a topic, all by email. */
    recipients: 1,
  },
  polling: {
    /** Duration of Lambda's long poll on an idle queue, s. */
    wait: 20,
    /** Connections of an event source. */
    connections: 5,
    /**
     * Connections of an idle event source for a standard queue without a maximum concurrency. Lambda may go down to this
     * number.
     */
    fewestConnections: 2,
  },
  lambda: {
    /**
     * Median response time of a feed's server, ms, and the standard deviation of its logarithm: one in twenty takes 2.7
     * times as long.
     */
    fetch: 300,
    fetchSpread: 0.6,
    /** Duration of a call to an AWS service, ms. */
    awsCall: 5,
    /** Duration of a request to a chat service, ms. */
    chatService: 300,
    /** Memory with which a function gets one whole processor, MB. With less, it is proportionally slower. */
    wholeProcessor: 1_769,
    /** Lifetime of an execution environment, h, and the duration of its start, ms, which is billed. */
    environmentLives: 2,
    init: 500,
  },
  logs: {
    /** Overhead that CloudWatch adds to each line, bytes. */
    perLine: 26,
    /** Lambda's own JSON lines for an invocation (start and report) with their overhead, bytes. */
    perInvocation: 650,
  },
  month: {
    days: 30,
    /** Share of the ingested size that CloudWatch bills for storing a log. Logs are kept for a month. */
    logCompression: 0.15,
  },
} as const;
