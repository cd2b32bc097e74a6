import { z } from 'zod';
import { InvalidRequestError, TransientError } from '../../errors/index.ts';
import { answers, bodyCodes, noQuery } from '../answers.ts';
import type { HttpApp } from '../http-app.ts';

const actions = ['expire', 'revoke', 'limit', 'offline', 'faults', 'key', 'reset', 'platform'] as const;
const answerSchema = z.record(z.string(), z.unknown()).meta({ id: 'SandboxAnswer' });
const timeoutMs = 10_000;
const answerBytes = 1024 * 1024;
const longestReason = 1000;

/**
 * `POST /sandbox/:action`, `GET /sandbox/requests`: the sandbox's own controls, passed on for the window's "Try it" panel,
 * whose page may connect to nothing but this server. In sandbox mode only.
 */
export function addSandboxRoutes(app: HttpApp, sandboxUrl: string): void {
  app.post(
    '/sandbox/:action',
    {
      schema: {
        operationId: 'sandboxAction',
        tags: ['sandbox'],
        summary: 'Triggers a fault in the sandbox',
        params: z.strictObject({ action: z.enum(actions) }),
        querystring: noQuery,
        body: z.record(z.string().max(100), z.json()),
        response: answers(answerSchema, 'What the sandbox says.', 'upstream_unavailable', ...bodyCodes),
      },
    },
    ({ params, body }) => pass(sandboxUrl, params.action, body),
  );

  app.get(
    '/sandbox/requests',
    {
      schema: {
        operationId: 'sandboxRequests',
        tags: ['sandbox'],
        summary: 'The requests that the sandbox received: counts and the redacted log',
        querystring: noQuery,
        response: answers(answerSchema, 'Counts and log.', 'upstream_unavailable'),
      },
    },
    () => pass(sandboxUrl, 'requests', null),
  );
}

async function pass(sandboxUrl: string, action: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(new URL(`/sandbox/${action}`, sandboxUrl), {
    method: body === null ? 'GET' : 'POST',
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
    ...(body === null ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new TransientError('upstream_unavailable', { sent: true, cause });
  });
  const text = await response.text();
  if (response.status >= 400 && response.status < 500)
    throw new InvalidRequestError('bad_request', `The sandbox does not take that.${reasonIn(text)}`);
  const answer = text.length > answerBytes ? null : parse(text);
  if (!response.ok || answer === null) throw new TransientError('upstream_unavailable', { sent: true });
  return answer;
}

/** What the sandbox says is wrong, as one more sentence; its own words, but only so many of them. */
function reasonIn(text: string): string {
  const detail = text.length > answerBytes ? null : parse(text)?.['detail'];
  return typeof detail === 'string' ? ` ${detail.replace(/\p{Cc}/gu, '').slice(0, longestReason)}` : '';
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = text === '' ? {} : JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
