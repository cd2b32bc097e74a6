import { type CredentialView, errorTable, type Finding } from '@postern/contract';
import type { DoctorDeps } from './doctor-deps.ts';
import { notice, ok, problem } from './finding.ts';

/** How each credential stands; with `tried` the ones Postern holds make one free call each. */
export async function credentialFindings(
  { credentials, gateway }: Pick<DoctorDeps, 'credentials' | 'gateway'>,
  tried: boolean,
): Promise<Finding[]> {
  const views = await credentials.views();
  const findings: Finding[] = [];
  for (const view of views) {
    findings.push(asItStands(view));
    const held = view.kind === 'oauth' || view.kind === 'api_key';
    if (tried && held && view.status === 'active') findings.push(await asItAnswers(gateway, view));
  }
  if (!views.some((view) => view.status === 'active' || isRenewedNext(view)))
    findings.push(problem('no_credential', 'No account is set up.', errorTable.not_signed_in.nextStep));
  return findings;
}

/** A sign-in whose access token was rejected: the next request renews it. Nothing renews a rejected key. */
function isRenewedNext({ kind, status }: CredentialView): boolean {
  return kind === 'oauth' && status === 'rejected';
}

function asItStands(view: CredentialView): Finding {
  const { kind, label, status, nextStep } = view;
  const code = `credential_${kind}`;
  const text = `${label}: ${status.replaceAll('_', ' ')}.`;
  if (status === 'active') return ok(code, text);
  if (status === 'absent' || status === 'not_configured' || status === 'cooling_down' || isRenewedNext(view))
    return notice(code, text, nextStep);
  return problem(code, text, nextStep ?? errorTable.reauthorization_required.nextStep);
}

async function asItAnswers(
  gateway: DoctorDeps['gateway'],
  { id, kind, label }: CredentialView,
): Promise<Finding> {
  const { outcome, code } = await gateway.tryCredential(id);
  if (outcome === 'accepted') return ok(`tried_${kind}`, `${label}: the service accepted it just now.`);
  if (code !== null && (outcome === 'refused' || code === 'not_the_service'))
    return problem(`tried_${kind}`, `${label}: ${errorTable[code].title}.`, errorTable[code].nextStep);
  return notice(`tried_${kind}`, `${label}: the service gave no clear answer.`, 'Try again in a moment.');
}
