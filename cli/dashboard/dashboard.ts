import { createServer, type Server } from 'node:http';
import { count } from '../../functions/shared/text/count.ts';
import { listenOnLoopback, PortInUse } from '../../local/listen-on-loopback.ts';
import { createPage } from '../../web/app.ts';
import { DEFAULT_DASHBOARD_PORT } from '../shared/defaults.ts';
import { interruptSignal, whenAborted } from '../shared/interrupt.ts';
import { loadConfigFor } from '../shared/load-config.ts';
import type { TableLocation } from '../shared/open-table.ts';
import { printBrokenTopics } from '../shared/print-broken-topics.ts';
import { dashboardPage } from './dashboard-page.ts';
import { folderSource } from './folder-source.ts';
import type { ReadMeter } from './read-meter.ts';
import { stackSource } from './stack-source.ts';

/** Ports that are tried without `--port`, so that several dashboards can run. */
const DEFAULT_PORTS = 10;
const HOUR_MS = 3_600_000;

export interface DashboardOptions extends TableLocation {
  readonly config: string;
  /** Port on 127.0.0.1; 0 for any free one. Without it, the first free one from DEFAULT_DASHBOARD_PORT. */
  readonly port?: number;
}

/** Runs `dashboard`: serves the page over a deployment, or over a data folder of this machine, until interrupted. */
export async function dashboard(options: DashboardOptions): Promise<void> {
  const interrupted = interruptSignal();
  try {
    await serve(options, interrupted);
  } catch (error) {
    // Ctrl-C before the first reads were done ends them with an error.
    if (!interrupted.aborted) throw error;
  }
}

async function serve(
  { config: configFile, stack, data, port }: DashboardOptions,
  interrupted: AbortSignal,
): Promise<void> {
  const loaded = loadConfigFor(configFile, stack);
  printBrokenTopics(loaded);
  const startedAt = Date.now();
  const common = { configFile, clock: Date.now, signal: interrupted };
  if (stack !== undefined) console.error(`Reading the stack ${stack}…`);
  const deployed = stack === undefined ? undefined : await stackSource(stack, loaded, common);
  const source = deployed ?? folderSource(data, loaded, common);
  const page = dashboardPage(loaded, source);
  await page.start();
  if (interrupted.aborted) return;
  const server = createServer(createPage(page.data));
  const url = await listen(server, port);
  console.error(
    `news-alerts: the dashboard of ${stack === undefined ? data : `the stack ${stack}`} is at ${url}, read-only; Ctrl-C ends it`,
  );
  // It says whether start runs, and where its page is.
  for (const note of stack === undefined ? (page.data.status().notes ?? []) : [])
    console.error(`note: ${note}`);
  await whenAborted(interrupted);
  server.closeAllConnections();
  server.close();
  if (deployed) console.error(readsText(deployed.meter, Date.now() - startedAt));
}

async function listen(server: Server, wanted: number | undefined): Promise<string> {
  const command = 'news-alerts dashboard';
  if (wanted !== undefined) return listenOnLoopback(server, wanted, '--port', command);
  for (let port = DEFAULT_DASHBOARD_PORT; ; port++) {
    try {
      return await listenOnLoopback(server, port, '--port', command);
    } catch (error) {
      if (!(error instanceof PortInUse) || port === DEFAULT_DASHBOARD_PORT + DEFAULT_PORTS - 1) throw error;
    }
  }
}

/** Returns what a dashboard has read, such as "read 1,200 units (310 requests) of DynamoDB in 1.5 hours". */
export function readsText({ units, requests }: Pick<ReadMeter, 'units' | 'requests'>, ms: number): string {
  const hours = (ms / HOUR_MS).toLocaleString('en', { maximumFractionDigits: 1 });
  return `Read ${count(Math.ceil(units), 'unit')} (${count(requests, 'request')}) of DynamoDB in ${hours} hours.`;
}
