import { outlets } from './outlets.ts';

/** The news-alerts.yaml of the demo: an example to read and copy from, and valid as it is. */
export function demoConfig(newsroomUrl: string): string {
  const feeds = outlets.map(
    ({ id, title }) => `  - id: demo-${id}
    url: ${newsroomUrl}/${id}/feed.xml
    title: ${title}
`,
  );
  return `# The demo's own file. Feeds, topics and recipients of yours go into a file just like this one.
defaults: { every: 1m, firstPoll: 24h }

feeds:
${feeds.join('')}
topics:
  - id: summit
    name: Presidents' summit
    match:
      all: # one of each list must be there
        - [Ostrand, '"President of Arvenia"']
        - [Veloza, Tolmark]
        - [summit, talks, meeting, meet]
      none: [mountain, climbers]
    deliver: now
    followUps: { mode: calm, every: 10m to 20m } # gathers what a story adds; a corrected comma adds nothing

  - id: floods
    name: Floods on the Ashel
    match:
      all:
        - [Ashel, Odalys]
        - [flood, floods, storm, evacuation]
    deliver: now
    followUps: all # each report that adds something, and every edit, at once

  - id: rates
    name: Arvenia's interest rates
    match:
      all:
        - ['"National Bank of Arvenia"', 'Arvenia "central bank"']
        - [rate, rates]
    deliver: now
    followUps: off # the first report alone; the rest is in the round-up

recipients: # the demo sends nothing: what they would receive is shown on this machine
  - email: you@example.com
    topics: all
  - sms: "+15550100"
    topics: [summit]
`;
}
