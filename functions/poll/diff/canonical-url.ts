/** Parameters of campaigns, clicks, mail programs and social networks. Excludes any that could select a page. */
const TRACKING =
  /^((utm|at|ns|mtm|otm|itm|ga|vero|oly|hmb)_\w+|(fb|g|d|y|tw|tt)clid|msclkid|li_fat_id|(g|w)braid|igsh(id)?|_g[al]|_openstat|fb_(source|ref|action_\w+)|mc_([cet]id|tc)|mkt_tok|_hs(enc|mi)|__hs\w+|hsctatracking|srsltid|wt_?z?mc|wtrid|s_cid|spm|tracking_source|wickedid|rb_clickid|ml_subscriber(_hash)?|cmp(id)?|ito|rss|ref(errer)?|source|partner|smid|xtor|ocid|cid|icid|ncid|intcid|sr_share|taid|__twitter_impression|echobox)$/i;

/** Session and cache-busting parameters, which differ in every response. */
const SESSION =
  /^(jsessionid|php_?sess(id|ion)|aspsessionid\w*|sess(ion)?_?id|cf(id|token)|oscsid|zenid|no_?cache|cache_?bust(er)?|rnd|rand(om)?|_)$/i;
/** Parameters that identify a session or an article, depending on the value. */
const POSSIBLE_SESSION = /^(sid|s|session)$/i;
const SESSION_VALUE = /^([0-9a-f]{16,}|(?=\D*\d)[\w-]{20,})$/i;
const SESSION_IN_PATH = /;(jsessionid|phpsessid|session_?id|sid|cfid|cftoken)=[^/;]*/gi;
/** Sessions of ASP.NET: /(S(lit3py55t21z5v55vlm25s55))/ */
const ASP_SESSION_IN_PATH = /\/\(([asf]\([\w-]{8,}\))+\)(?=\/)/gi;

/** Fragments that point to a part of any page. */
const PAGE_PART =
  /^(top|main|content|comments?|respond|disqus_thread|more(-\d+)?|rss|feed|:~:.*|.*:~:text=.*)$/i;
/** Some feeds number the edits of an article: …/abc#0 becomes …/abc#1. */
const EDIT_COUNT = /^\d{1,2}$/;

/** Returns one spelling for all addresses of a page: without scheme, www., tracking, session, or trailing slash. */
export function canonicalUrl(address: string): string {
  const url = URL.parse(address);
  if (!url) return address;
  const port = url.port === '' ? '' : `:${url.port}`;
  const host = url.hostname.replace(/^www\.(?=[^.]+\.)/, '');
  const path = url.pathname.replace(SESSION_IN_PATH, '').replace(ASP_SESSION_IN_PATH, '');
  // Most addresses have no parameters, and making the list is slow.
  const parameters =
    url.search === ''
      ? []
      : [...url.searchParams].filter((parameter) => !isTracking(parameter) && !isSession(parameter));
  return `${host}${port}${withoutSlashes(path)}${searchOf(parameters)}${fragmentOf(url.hash.slice(1))}`;
}

/** Returns the spelling of releases up to 0.1.0, whose feed states hold hashes of it. */
export function legacyCanonicalUrl(address: string): string {
  const url = URL.parse(address);
  if (!url) return address;
  const port = url.port === '' ? '' : `:${url.port}`;
  const parameters = [...url.searchParams].filter((parameter) => !isTracking(parameter));
  return `${url.hostname}${port}${withoutSlashes(url.pathname)}${searchOf(parameters)}`;
}

/** The lookbehind keeps this linear for a path of slashes. */
const withoutSlashes = (path: string) => path.replace(/(?<!\/)\/+$/, '');

const searchOf = (parameters: [string, string][]) =>
  parameters.length === 0 ? '' : `?${new URLSearchParams(parameters)}`;

const isTracking = ([name]: readonly [string, string]) => TRACKING.test(name);

const isSession = ([name, value]: readonly [string, string]) =>
  SESSION.test(name) || (POSSIBLE_SESSION.test(name) && SESSION_VALUE.test(value));

/** Keeps a fragment that can identify an item: a comment, a release, or a page of a single-page site. */
function fragmentOf(fragment: string): string {
  if (/^!?\//.test(fragment)) return `#${fragment}`;
  if (fragment === '' || EDIT_COUNT.test(fragment) || PAGE_PART.test(fragment)) return '';
  const parameters = new URLSearchParams(fragment);
  return fragment.includes('=') && [...parameters].every(isTracking) ? '' : `#${fragment}`;
}
