import type { FastifyRequest } from 'fastify';

/** Parameters of a token or revocation request, from a form or from JSON; null where they are neither. */
export function oauthParameters(request: FastifyRequest): URLSearchParams | null {
  const body = typeof request.body === 'string' ? request.body : '';
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded') return new URLSearchParams(body);
  return type === 'application/json' ? fromJson(body) : null;
}

function fromJson(body: string): URLSearchParams | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(parsed)) {
    if (typeof value !== 'string' && typeof value !== 'number') return null;
    parameters.set(name, String(value));
  }
  return parameters;
}
