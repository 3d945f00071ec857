/** Defaults of the command line's options; messages leave these values out of the commands that they suggest. */
export const DEFAULT_CONFIG_FILE = 'news-alerts.yaml';
export const DEFAULT_DATA_FOLDER = '.news-alerts';
/** Port of the page and of the SNS endpoint. */
export const DEFAULT_PORT = 8710;
/** Port for the pushes of WebSub hubs. */
export const DEFAULT_PUSH_PORT = 8711;
/** First port of `dashboard`; if it is in use, the next free one. */
export const DEFAULT_DASHBOARD_PORT = 8712;
/** Port of the sign-up page. */
export const DEFAULT_SIGNUP_PORT = 8720;
/** Stories that `topics try` shows. */
export const DEFAULT_STORY_LIMIT = 20;
