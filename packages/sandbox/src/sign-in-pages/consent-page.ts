import { escapeHtml, page } from './page.ts';

const scopeWords: Readonly<Record<string, { readonly title: string; readonly detail: string }>> = {
  'user:inference': {
    title: 'Send prompts and read the answers',
    detail: 'The app may use the model for you, within your plan.',
  },
  'user:profile': {
    title: 'See who you are',
    detail: 'Your e-mail address and the name of your organization.',
  },
};

/** The consent page of a pending sign-in: who asks, for which account, and for what, in words. */
export function consentPage(
  action: string,
  asked: { readonly client: string; readonly email: string; readonly scopes: readonly string[] },
): string {
  const items = asked.scopes.map((scope) => {
    const { title, detail } = scopeWords[scope] ?? { title: scope, detail: '' };
    return `<li>${escapeHtml(title)}<span>${escapeHtml(detail)}</span></li>`;
  });
  return page(
    `Allow ${asked.client}`,
    `<h1>${escapeHtml(asked.client)} would like to</h1>
<ul>${items.join('')}</ul>
<form method="post" action="${escapeHtml(action)}/allow">
<button class="main" type="submit">Allow</button>
</form>
<form method="post" action="${escapeHtml(action)}/deny">
<button type="submit">Deny</button>
</form>
<form method="post" action="${escapeHtml(action)}/switch">
<p class="quiet">Signed in as ${escapeHtml(asked.email)}. <button class="link" type="submit">Use another account</button></p>
</form>`,
  );
}
