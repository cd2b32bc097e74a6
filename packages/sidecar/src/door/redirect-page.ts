import { createHash } from 'node:crypto';

/** The three pages for a browser that comes back from the sign-in server. */
export type RedirectPageKind = 'signed_in' | 'denied' | 'failed';

/** A page as it goes out: the same bytes whatever came in. */
export interface StaticPage {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const style = `
:root{color-scheme:light dark;--ground:#faf9f7;--ink:#1f1e1c;--quiet:#5c5955}
@media (prefers-color-scheme:dark){:root{--ground:#1b1a19;--ink:#f0eeea;--quiet:#b3aea6}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:2rem;background:var(--ground);color:var(--ink);
font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:28rem}
h1{margin:0 0 .5rem;font-size:1.375rem;line-height:1.3;font-weight:600}
p{margin:0;color:var(--quiet)}
.note{margin-top:1rem;font-size:.875rem}
`;

/** The page runs nothing, loads nothing and may not be framed. Source: W3C CSP Level 3, sections 6.1.15 and 6.3. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  'sandbox',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const sandboxNote = 'Sandbox: no real account, no cost';

const pages = { live: pagesWith(null), sandbox: pagesWith(sandboxNote) };

/** The page for an outcome, with every header it needs; nothing of a request is ever in it. In the sandbox it says so. */
export function redirectPage(kind: RedirectPageKind, mode: keyof typeof pages = 'live'): StaticPage {
  return pages[mode][kind];
}

function pagesWith(note: string | null): Readonly<Record<RedirectPageKind, StaticPage>> {
  return {
    signed_in: page('You are signed in.', 'You can close this tab and go back to Postern.', note),
    denied: page(
      'Access was not granted.',
      'Nothing has changed. You can close this tab and go back to Postern.',
      note,
    ),
    failed: page('This sign-in could not be completed.', 'Go back to Postern, it says what happened.', note),
  };
}

function page(heading: string, text: string, note: string | null): StaticPage {
  const body = Buffer.from(
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Postern – ${heading}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${heading}</h1>
<p>${text}</p>${note === null ? '' : `\n<p class="note">${note}</p>`}
</main>
</body>
</html>
`,
  );
  return {
    body,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': String(body.length),
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
    },
  };
}
