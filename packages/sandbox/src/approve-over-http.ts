/** What the user does on the pages. */
export interface Answers {
  /** Default: the demo account that is filled in. */
  readonly email?: string;
  /** Default: `allow`. */
  readonly decision?: 'allow' | 'deny';
  /** Of the platform: which organization pays; default: the first. */
  readonly organization?: string;
  /** Of the platform: monthly cap in US dollars; default: none. */
  readonly capUsd?: number;
  /** Of the platform; default: true. */
  readonly offline?: boolean;
}

const mostPages = 12;

/**
 * Goes through the sandbox's login and consent pages as a browser would, by plain HTTP with cookies, and gives the redirect to the app
 * (with `code`, or `error=access_denied`) without following it. Every call is a new browser: no session exists yet.
 * @throws Error where the server shows anything but those pages
 */
export async function approveOverHttp(authorizationUrl: string, answers: Answers = {}): Promise<string> {
  const { origin } = new URL(authorizationUrl);
  const cookies = new Map<string, string>();
  let url = authorizationUrl;
  let form: URLSearchParams | null = null;
  for (let visited = 0; visited < mostPages; visited += 1) {
    const response = await fetch(url, {
      method: form === null ? 'GET' : 'POST',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      redirect: 'manual',
      ...(form === null ? {} : { body: form }),
    });
    keep(cookies, response);
    const html = await response.text();
    const location = response.headers.get('location');
    if (location !== null) {
      const next = new URL(location, url);
      if (next.origin !== origin) return next.href;
      url = next.href;
      form = null;
      continue;
    }
    if (!response.ok) throw new Error(`the sandbox's page answered ${response.status}`);
    const button = buttonOf(html, answers);
    const action = new RegExp(`action="([^"]+/${button})"`).exec(html)?.[1];
    if (action === undefined) throw new Error(`the sandbox's page has no "${button}"`);
    url = new URL(action, url).href;
    form = button === 'login' ? loginForm(html, answers.email) : decisionForm(button, answers);
  }
  throw new Error('the sandbox led in a circle');
}

function buttonOf(html: string, { decision = 'allow' }: Answers): string {
  if (html.includes('/login"')) return 'login';
  if (!html.includes('/approve"')) return decision;
  return decision === 'allow' ? 'approve' : 'cancel';
}

function decisionForm(button: string, { organization, capUsd, offline = true }: Answers): URLSearchParams {
  return new URLSearchParams({
    decision: button,
    organization: organization ?? 'prepaid',
    cap: capUsd === undefined ? '' : String(capUsd),
    ...(offline && { offline: '1' }),
  });
}

function loginForm(html: string, email: string | undefined): URLSearchParams {
  const filledIn = /name="email"[^>]* value="([^"]*)"/.exec(html)?.[1] ?? '';
  return new URLSearchParams({ email: email ?? filledIn, password: 'demo' });
}

/** Names alone tell cookies apart here: two of one name never live on two paths at once. */
function keep(cookies: Map<string, string>, response: Response): void {
  for (const line of response.headers.getSetCookie()) {
    const pair = /^([^=]+)=([^;]*)/.exec(line);
    if (pair?.[1] === undefined || pair[2] === undefined) continue;
    if (pair[2] === '' || /expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(pair[1]);
    else cookies.set(pair[1], pair[2]);
  }
}
