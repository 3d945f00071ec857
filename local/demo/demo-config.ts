import { outlets } from './outlets.ts';

/** Returns the valid news-alerts.yaml of the demo, which also serves as an example to copy from. */
export function demoConfig(newsroomUrl: string): string {
  const feeds = outlets.map(
    ({ id, title }) => `  - id: demo-${id}
    url: ${newsroomUrl}/${id}/feed.xml
    title: ${title}
`,
  );
  return `# The configuration of the demo. Your own feeds, topics and recipients go into a file just like this one.
defaults: { every: 1m, firstPoll: 24h }

feeds:
${feeds.join('')}
topics:
  - id: summit
    name: Presidents' summit
    match:
      all: # at least one term of each list
        - [Ostrand, '"President of Arvenia"']
        - [Veloza, Tolmark]
        - [summit, talks, meeting, meet]
      none: [mountain, climbers]
    deliver: now
    followUps: { mode: calm, every: 10m to 20m } # collects what each story adds; a corrected typo adds nothing

  - id: floods
    name: Floods on the Ashel
    match:
      all:
        - [Ashel, Odalys]
        - [flood, floods, storm, evacuation]
    deliver: now
    followUps: all # sends every development and edit at once

  - id: rates
    name: Arvenia's interest rates
    match:
      all:
        - ['"National Bank of Arvenia"', 'Arvenia "central bank"']
        - [rate, rates]
    deliver: now
    followUps: off # sends only the first report; the rest goes into the round-up

recipients: # the demo sends nothing, and only shows what they would receive
  - email: you@example.com
    topics: all
  - sms: "+15550100"
    topics: [summit]
`;
}
