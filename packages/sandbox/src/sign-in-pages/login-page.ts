import { escapeHtml, page } from './page.ts';

/** The account that is filled in, so that the user only has to press "Sign in". */
export const demoEmail = 'demo@example.com';

/** The login page of a pending sign-in. `problem` is shown above the form. */
export function loginPage(action: string, email: string, problem: string | null): string {
  const alert =
    problem === null ? '' : `<p class="bad" role="alert" id="email-problem">${escapeHtml(problem)}</p>`;
  const invalid = problem === null ? '' : ' aria-invalid="true" aria-describedby="email-problem"';
  return page(
    'Sign in',
    `<h1>Sign in</h1>
<p class="quiet">Any e-mail address works here, with any password. Nothing is checked, and nothing is kept after the sandbox stops.</p>
${alert}
<form method="post" action="${escapeHtml(action)}/login" novalidate>
<label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="off" required value="${escapeHtml(email)}"${invalid}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="off" value="demo">
<button class="main" type="submit" autofocus>Sign in</button>
</form>
<form method="post" action="${escapeHtml(action)}/deny">
<button type="submit">Cancel</button>
</form>`,
  );
}
