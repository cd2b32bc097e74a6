const loopback = ['127.0.0.1', 'localhost', '::1'];

/**
 * Excepts loopback from a proxy for everything (`NODE_USE_ENV_PROXY`): what goes to the sidecar carries the token of the launch,
 * in clear, and is for this machine alone. Changes the environment that Node reads at every request.
 */
export function bypassProxyForLoopback(environment: Record<string, string | undefined>): void {
  // The small one wins where there are both.
  const exceptions = environment['no_proxy'] ?? environment['NO_PROXY'] ?? '';
  const all = [...exceptions.split(/[\s,]+/).filter((each) => each !== ''), ...loopback].join(',');
  for (const name of ['no_proxy', 'NO_PROXY']) environment[name] = all;
}
