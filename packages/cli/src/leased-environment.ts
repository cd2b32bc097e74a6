import type { LeaseGrant } from '@postern/contract';
import type { Environment } from './context.ts';

/** What would pay past the lease, or send the calls elsewhere. Source: docs/claude-agent-sdk.md, order of authentication. */
const otherWays = /^(?:ANTHROPIC_.*|CLAUDE_CODE_OAUTH_TOKEN.*|CLAUDE_CODE_USE_.*)$/i;

/** Where a model alone may be used, the Claude Code program must not switch to another one. */
export const modelVariables = [
  'ANTHROPIC_MODEL',
  'ANTHROPIC_SMALL_FAST_MODEL',
  'ANTHROPIC_DEFAULT_OPUS_MODEL',
  'ANTHROPIC_DEFAULT_SONNET_MODEL',
  'ANTHROPIC_DEFAULT_HAIKU_MODEL',
];

/** The environment of a program with a lease: as it was, but with the lease as the only way to pay. Pure. */
export function leasedEnvironment(
  environment: Environment,
  { baseUrl, secret }: Pick<LeaseGrant, 'baseUrl' | 'secret'>,
  model: string | undefined,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment))
    if (value !== undefined && !otherWays.test(name)) kept[name] = value;
  const models = model === undefined ? {} : Object.fromEntries(modelVariables.map((name) => [name, model]));
  return { ...kept, ...models, ANTHROPIC_BASE_URL: baseUrl, ANTHROPIC_AUTH_TOKEN: secret };
}
