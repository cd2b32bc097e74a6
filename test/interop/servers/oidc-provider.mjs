// panva's oidc-provider with its quick-start configuration: a public native client, and its own development pages.
import Provider from 'oidc-provider';
import { origin, person, redirectUri, serve } from './serve.mjs';

const clientId = 'postern';
const store = new Map();

/** The adapter of its documentation ("example/my_adapter.js"), in memory. */
class MemoryAdapter {
  constructor(kind) {
    this.kind = kind;
  }
  #key(id) {
    return `${this.kind}:${id}`;
  }
  async upsert(id, payload) {
    store.set(this.#key(id), payload);
  }
  async find(id) {
    return store.get(this.#key(id));
  }
  async findByUid(uid) {
    return [...store].find(([key, { uid: own }]) => key.startsWith(`${this.kind}:`) && own === uid)?.[1];
  }
  async consume(id) {
    store.get(this.#key(id)).consumed = Math.floor(Date.now() / 1000);
  }
  async destroy(id) {
    store.delete(this.#key(id));
  }
  async revokeByGrantId(grantId) {
    for (const [key, payload] of store) if (payload.grantId === grantId) store.delete(key);
  }
}

const provider = new Provider(origin, {
  adapter: MemoryAdapter,
  clients: [
    {
      client_id: clientId,
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    },
  ],
  claims: { openid: ['sub'], email: ['email'], profile: ['name'] },
  conformIdTokenClaims: false,
  features: { revocation: { enabled: true } },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: person.email, name: person.name }),
  }),
});
serve(provider.callback(), { clientId, endSignIns: () => store.clear() });
