// Cloudflare's workers-oauth-provider by its fetch handler, as in its quick start; a map for KV, and no other part of the Workers runtime.
import { registerHooks } from 'node:module';
import { isPerson, origin, person, redirectUri, serve, signInPage } from './serve.mjs';

const runtime = 'data:text/javascript,export class WorkerEntrypoint {}';
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'cloudflare:workers' ? { url: runtime, shortCircuit: true } : next(specifier, context),
});
const { OAuthAuthorizationServer } = await import('@cloudflare/workers-oauth-provider');

const records = new Map();
const env = {
  OAUTH_KV: {
    async get(key, options) {
      const value = records.get(key) ?? null;
      return value !== null && (options === 'json' || options?.type === 'json') ? JSON.parse(value) : value;
    },
    async put(key, value) {
      records.set(key, value);
    },
    async delete(key) {
      records.delete(key);
    },
    async list({ prefix = '' } = {}) {
      const keys = [...records.keys()].filter((name) => name.startsWith(prefix)).map((name) => ({ name }));
      return { keys, list_complete: true };
    },
  },
};
const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
const resource = `${origin}/v1`;
const server = new OAuthAuthorizationServer({
  issuer: origin,
  resources: [resource],
  defaultResource: resource,
  scopesSupported: ['user:inference', 'offline_access'],
});
const oauth = server.getOAuthApi(env);
const { clientId } = await oauth.createClient({
  redirectUris: [redirectUri],
  clientName: 'Postern',
  tokenEndpointAuthMethod: 'none',
});

/** The page of its documentation, "Building a consent page". */
async function authorize(request) {
  if (request.method === 'GET') {
    const { handle, headers } = await oauth.beginConsent(await oauth.parseAuthRequest(request));
    headers.set('content-type', 'text/html');
    return new Response(signInPage('/authorize', { handle }), { headers });
  }
  const form = await request.formData();
  if (!isPerson(Object.fromEntries(form))) return new Response('Wrong password', { status: 401 });
  const approved = await oauth.approveConsent(request, form.get('handle'));
  const { redirectTo } = await oauth.completeAuthorization({
    request: approved.request,
    userId: person.email,
    metadata: {},
    scope: approved.request.scope,
    props: { userId: person.email },
  });
  approved.headers.set('location', redirectTo);
  return new Response(null, { status: 302, headers: approved.headers });
}

async function answer(incoming, outgoing) {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const request = new Request(`${origin}${incoming.url}`, {
    method: incoming.method,
    headers: Object.entries(incoming.headers).filter(([name]) => name !== 'connection'),
    ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
  });
  const isPage = new URL(request.url).pathname === '/authorize';
  const response = await (isPage ? authorize(request) : server.fetch(request, env, context));
  for (const [name, value] of response.headers) if (name !== 'set-cookie') outgoing.setHeader(name, value);
  outgoing.setHeader('set-cookie', response.headers.getSetCookie());
  outgoing.writeHead(response.status).end(Buffer.from(await response.arrayBuffer()));
}

serve(answer, {
  clientId,
  endSignIns: async () => {
    const { items } = await oauth.listUserGrants(person.email);
    for (const { id } of items) await oauth.revokeGrant(id, person.email);
  },
});
