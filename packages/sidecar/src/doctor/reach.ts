import type { Finding } from '@postern/contract';
import type { Reached } from '../gateway/index.ts';
import { notice, ok, problem } from './finding.ts';

const withinMs = 5_000;
/** More than this between our clock and a server's makes tokens look fresh or dead when they are not. */
const toleratedSkewMs = 60_000;

/** How the service is asked whether it is there. Rejects where nothing answers. */
export type Reach = (url: string, signal: AbortSignal) => Promise<Reached>;

/** Whether the service can be reached, and how far its clock is from ours. `name` is what it is for, in the user's words. */
export async function reachFindings(
  reach: Reach,
  name: string,
  url: string,
  nowMs: () => number,
): Promise<Finding[]> {
  const { host, protocol } = new URL(url);
  try {
    const { isService, date } = await reach(url, AbortSignal.timeout(withinMs));
    if (!isService)
      return [
        problem(
          'not_the_service',
          `Something else answers at ${host} in place of ${name}.`,
          'Open a web page: the network may want you to sign in to it first. Else check the proxy.',
        ),
      ];
    const findings = [
      ok('reachable', `${name} answers at ${host}${protocol === 'https:' ? ' over TLS' : ''}.`),
    ];
    const skewMs = date === null ? 0 : Math.abs(Date.parse(date) - nowMs());
    if (Number.isFinite(skewMs) && skewMs > toleratedSkewMs)
      findings.push(
        problem(
          'clock_skew',
          `This machine's clock differs from ${host} by ${Math.round(skewMs / 1000)} s.`,
          'Set the clock automatically. Until then Postern may misjudge when tokens expire.',
        ),
      );
    return findings;
  } catch (error) {
    return [unreachable(name, host, errorWord(error))];
  }
}

function unreachable(name: string, host: string, word: string): Finding {
  if (/CERT|SELF_SIGNED|VERIFY|ISSUER|TLS|SSL|ALTNAME/.test(word))
    return problem(
      'tls_untrusted',
      `${name} at ${host} presents a certificate that this machine does not trust (${word}).`,
      'Behind a company proxy, set NODE_EXTRA_CA_CERTS to its certificate, or start Node with --use-system-ca.',
    );
  if (word === 'ENOTFOUND' || word === 'EAI_AGAIN')
    return problem(
      'name_not_found',
      `The name ${host} cannot be resolved.`,
      'Check the network and the DNS.',
    );
  return problem(
    'unreachable',
    `${name} does not answer at ${host} (${word}).`,
    'Check the network, and HTTPS_PROXY and NO_PROXY where a proxy is used.',
  );
}

function errorWord(error: unknown): string {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    const { code } = each as NodeJS.ErrnoException;
    if (typeof code === 'string' && /^[A-Z0-9_]{2,60}$/.test(code)) return code;
    if (each.name === 'TimeoutError') return 'no answer within 5 s';
  }
  return 'no answer';
}

/** Proxy variables in use, by name only: their values may hold a password. */
export function proxyFindings(environment: Readonly<Record<string, string | undefined>>): Finding[] {
  const set = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy', 'NODE_EXTRA_CA_CERTS'].filter(
    (name) => (environment[name] ?? '') !== '',
  );
  return set.length === 0 ? [] : [notice('proxy_variables', `In use: ${set.join(', ')}.`)];
}
