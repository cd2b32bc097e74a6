import type { Dispatcher } from 'undici';
import { headerValue } from '../selection/index.ts';
import { readPrefix } from './read-body.ts';
import { showsService } from './service-answer.ts';
import { createSendUpstream } from './upstream.ts';

/** What answered where the service should be. */
export interface Reached {
  /** Whether it is the service: a captive portal and a proxy answer with a page of their own. */
  readonly isService: boolean;
  /** Its own time, from the Date header, if it sends one. */
  readonly date: string | null;
}

const bodyLimit = 64 * 1024;

/** Asks the service at `apiBaseUrl` for its models without a credential, which it refuses in a form of its own. Rejects where nothing answers. */
export async function reachService(
  apiBaseUrl: string,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<Reached> {
  const send = createSendUpstream({ apiBaseUrl, dispatcher });
  const { status, headers, body } = await send({
    method: 'GET',
    target: '/v1/models?limit=1',
    headers: { 'anthropic-version': '2023-06-01', 'user-agent': 'postern' },
    body: null,
    signal,
  });
  const { bytes, isWhole } = await readPrefix(body, bodyLimit);
  if (!isWhole) body.destroy();
  return { isService: showsService(status, headers, bytes), date: headerValue(headers, 'date') };
}
