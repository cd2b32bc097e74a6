// Bluesky's OAuth provider of AT Protocol, with DPoP and its nonces, over stores in memory.
import { randomBytes } from 'node:crypto';
import { oauthMiddleware } from '@atproto/oauth-provider/middleware';
import { JoseKey, OAuthProvider } from '@atproto/oauth-provider/provider';
import { origin, person, redirectUri, serve } from './serve.mjs';

const issuer = origin.replace('127.0.0.1', 'localhost');
const scope = 'atproto transition:generic';
// Source: AT Protocol specification, "OAuth", "Localhost Client Development".
const clientId = `http://localhost?${new URLSearchParams({ redirect_uri: redirectUri, scope })}`;
const account = {
  did: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz',
  pds: issuer,
  deactivated: false,
  email: person.email,
  emailVerified: true,
  name: person.name,
};
const [devices, deviceAccounts, requests, authorizedClients, tokens, tokenOfRefreshToken, seen] = Array.from(
  { length: 7 },
  () => new Map(),
);
const changed = (map, key, data) => map.set(key, { ...map.get(key), ...data });
const deviceAccountOf = (deviceId) => {
  const dates = deviceAccounts.get(deviceId);
  return dates === undefined
    ? null
    : { deviceId, deviceData: devices.get(deviceId), account, authorizedClients, ...dates };
};

const accountStore = {
  authenticateAccount({ username, password }) {
    if (username !== 'ada' || password !== person.password) throw new Error('not this person');
    return account;
  },
  setAuthorizedClient: (_did, id, data) => void authorizedClients.set(id, data),
  getAccount: () => ({ account, authorizedClients }),
  upsertDeviceAccount(deviceId) {
    const now = new Date();
    deviceAccounts.set(deviceId, { createdAt: now, updatedAt: now });
  },
  getDeviceAccount: (deviceId) => deviceAccountOf(deviceId),
  removeDeviceAccount: (deviceId) => void deviceAccounts.delete(deviceId),
  listDeviceAccounts: ({ deviceId }) => [deviceAccountOf(deviceId)].filter((each) => each !== null),
};
const deviceStore = {
  createDevice: (id, data) => void devices.set(id, data),
  readDevice: (id) => devices.get(id) ?? null,
  updateDevice: (id, data) => void changed(devices, id, data),
  deleteDevice: (id) => void devices.delete(id),
};
const requestStore = {
  createRequest: (id, data) => void requests.set(id, data),
  readRequest: (id) => requests.get(id) ?? null,
  updateRequest: (id, data) => void changed(requests, id, data),
  deleteRequest: (id) => void requests.delete(id),
  consumeRequestCode(code) {
    const [requestId, data] = [...requests].find(([, each]) => each.code === code) ?? [];
    requests.delete(requestId);
    return data === undefined ? null : { requestId, data };
  },
};
const tokenStore = {
  createToken(id, data, refreshToken) {
    tokens.set(id, { id, data, account, currentRefreshToken: refreshToken ?? null });
    tokenOfRefreshToken.set(refreshToken, id);
  },
  readToken: (id) => tokens.get(id) ?? null,
  deleteToken: (id) => void tokens.delete(id),
  rotateToken(id, nextId, refreshToken, data) {
    const before = tokens.get(id);
    tokens.delete(id);
    tokens.set(nextId, {
      ...before,
      id: nextId,
      data: { ...before.data, ...data },
      currentRefreshToken: refreshToken,
    });
    // Earlier refresh tokens still lead here: that is how the provider finds one that comes twice.
    for (const [earlier, of] of tokenOfRefreshToken) if (of === id) tokenOfRefreshToken.set(earlier, nextId);
    tokenOfRefreshToken.set(refreshToken, nextId);
  },
  findTokenByRefreshToken: (refreshToken) => tokens.get(tokenOfRefreshToken.get(refreshToken)) ?? null,
  findTokenByCode: (code) => [...tokens.values()].find(({ data }) => data.code === code) ?? null,
  listAccountTokens: () => [...tokens.values()],
};
const replayStore = {
  unique(namespace, nonce) {
    const key = `${namespace} ${nonce}`;
    const isNew = !seen.has(key);
    seen.set(key, true);
    return isNew;
  },
};
const lexiconStore = {
  findLexicon: () => null,
  storeLexicon: () => undefined,
  deleteLexicon: () => undefined,
};

const unasked = () => {
  throw new Error('the suite asks for more than its stores have');
};
/** The provider looks for every method of a store, those for accounts that are made or mended too. */
const whole = (store) => new Proxy(store, { get: (known, name) => known[name] ?? unasked, has: () => true });
const provider = new OAuthProvider({
  ...{ issuer, accountStore: whole(accountStore), deviceStore, lexiconStore, replayStore, requestStore },
  ...{ tokenStore, keyset: [await JoseKey.generate(['ES256'], 'key-1')], dpopSecret: randomBytes(32) },
});
serve(oauthMiddleware(provider), { clientId, endSignIns: () => tokens.clear() });
