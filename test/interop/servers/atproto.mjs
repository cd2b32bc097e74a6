// Bluesky's OAuth provider of AT Protocol. Postern stops before the browser opens, so most of its stores are never asked.
import { oauthMiddleware } from '@atproto/oauth-provider/middleware';
import { JoseKey, OAuthProvider } from '@atproto/oauth-provider/provider';
import { origin, serve } from './serve.mjs';

const unasked = async () => {
  throw new Error('a sign-in got further than it may');
};
/** Every method of every store. */
const store = new Proxy({}, { get: () => unasked, has: () => true });
const provider = new OAuthProvider({
  issuer: origin.replace('127.0.0.1', 'localhost'),
  keyset: [await JoseKey.generate(['ES256'], 'key-1')],
  dpopSecret: false,
  store,
});
serve(oauthMiddleware(provider), { clientId: 'http://localhost', endSignIns: () => undefined });
