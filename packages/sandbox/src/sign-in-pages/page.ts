import { createHash } from 'node:crypto';

const style = `
:root{color-scheme:light dark;--ground:#f6f5f2;--card:#fff;--line:#d9d6ce;--field:#8a857a;--ink:#23211c;--quiet:#5f5a50;--accent:#1f5f5b;--on-accent:#fff;--note:#fdf3d7;--on-note:#5c4300;--bad:#a3201d}
@media (prefers-color-scheme:dark){:root{--ground:#171614;--card:#211f1c;--line:#3b3833;--field:#8d877b;--ink:#efece6;--quiet:#b3ada1;--accent:#7cc8c1;--on-accent:#0e2523;--note:#3a2f12;--on-note:#f3dd9e;--bad:#ff9d94}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:16px;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{width:100%;max-width:400px;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:28px 24px}
.note{margin:0 0 20px;padding:8px 12px;border-radius:8px;background:var(--note);color:var(--on-note);font-size:14px;font-weight:600}
h1{margin:0 0 8px;font-size:22px;line-height:1.25;font-weight:650}
p{margin:0 0 16px}
.quiet{color:var(--quiet);font-size:14px;overflow-wrap:anywhere}
.bad{color:var(--bad);font-weight:600}
label{display:block;margin:0 0 4px;font-weight:600;font-size:14px}
input{width:100%;margin:0 0 16px;padding:10px 12px;font:inherit;color:inherit;background:transparent;border:1px solid var(--field);border-radius:8px}
button{width:100%;min-height:44px;padding:10px 16px;font:inherit;font-weight:600;border-radius:8px;border:1px solid var(--field);background:transparent;color:inherit;cursor:pointer}
button.main{background:var(--accent);border-color:var(--accent);color:var(--on-accent);margin-bottom:10px}
button.link{min-height:0;width:auto;padding:0;border:0;color:var(--accent);text-decoration:underline;font-size:14px}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
ul{margin:0 0 20px;padding:0;list-style:none}
li{padding:12px 0;border-top:1px solid var(--line)}
li:last-child{border-bottom:1px solid var(--line)}
li span{display:block;color:var(--quiet);font-size:14px}
form+form{margin-top:16px}
@media (max-width:400px){main{padding:20px 16px}}
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/**
 * Headers of every page. No `form-action`: it would block the redirect back to the app (measured in Chromium).
 * `same-origin`, because `no-referrer` would make a form's Origin `null`.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

/** A whole page around a body that is already escaped. Says on every one of them that nothing here is real. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Sandbox</title>
<style>${style}</style>
</head>
<body>
<main>
<p class="note">Sandbox: no real account, no cost</p>
${body}
</main>
</body>
</html>
`;
}

/** Text made safe between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
