/** A fictional newspaper of the demo. Each has its own feed format, so a demo run uses them all. */
export interface Outlet {
  readonly id: OutletId;
  readonly title: string;
  readonly tagline: string;
  readonly format: 'rss' | 'rss-without-guids' | 'atom' | 'rdf';
}

export type OutletId = 'herald' | 'courier' | 'wire' | 'gazette';

export const outlets: readonly Outlet[] = [
  { id: 'herald', title: 'The Herald (demo)', tagline: 'The capital, every day', format: 'rss' },
  { id: 'courier', title: 'The Courier (demo)', tagline: 'First by a nose', format: 'atom' },
  { id: 'wire', title: 'Meridian Wire (demo)', tagline: 'News for newsrooms', format: 'rss-without-guids' },
  { id: 'gazette', title: 'Valley Gazette (demo)', tagline: 'Hills, rivers, neighbours', format: 'rdf' },
];
