import { escapeHtml, page } from '../sign-in-pages/page.ts';
import { type Connection, organizations } from './connections.ts';

/** The page on which the customer links an organization: which one, up to how much, and whether without them. */
export function approvalPage(
  action: string,
  asked: { readonly email: string; readonly offline: boolean },
): string {
  const choices = organizations.map(
    ({ id, name, about }, at) =>
      `<li><label><input type="radio" name="organization" value="${id}"${at === 0 ? ' checked' : ''}> ${escapeHtml(name)}<span>${escapeHtml(about)}</span></label></li>`,
  );
  const offline = asked.offline
    ? '<li><label><input type="checkbox" name="offline" value="1" checked> Let it renew its access<span>Scope offline_access: without it you approve again when the access ends.</span></label></li>'
    : '';
  return page(
    'Link your organization',
    `<h1>Which organization pays?</h1>
<p class="quiet">Postern (sandbox) will have each of its requests billed to it. Which organizations can be picked, and what the others answer, is as documented; the page itself is the sandbox’s own.</p>
<form method="post" action="${escapeHtml(action)}/approve">
<ul>${choices.join('')}${offline}</ul>
<label for="cap">Monthly spend cap in US dollars (empty: none)</label>
<input id="cap" name="cap" inputmode="decimal" value="5">
<button class="main" type="submit">Approve</button>
</form>
<form method="post" action="${escapeHtml(action)}/cancel"><button type="submit">Cancel</button></form>
<p class="quiet">Signed in as ${escapeHtml(asked.email)}.</p>`,
  );
}

/** The customer's own page: what is linked, what it cost, and the button that ends it without a notification. */
export function organizationsPage(action: string, connections: readonly Connection[]): string {
  const rows = connections.map(({ id, organization, linked, spentUsd, capUsd }) => {
    const cap = capUsd === null ? 'no cap' : `cap $${capUsd}`;
    const button = linked
      ? `<form method="post" action="${escapeHtml(action)}/unlink"><input type="hidden" name="id" value="${id}"><button type="submit">Unlink</button></form>`
      : '';
    return `<li>${escapeHtml(organization.name)}<span>${id}: ${linked ? 'linked' : 'unlinked'}, $${spentUsd.toFixed(4)} spent, ${cap}</span>${button}</li>`;
  });
  return page(
    'Linked apps',
    `<h1>Apps that bill your organizations</h1><ul>${rows.join('') || '<li>None is linked.</li>'}</ul>`,
  );
}
