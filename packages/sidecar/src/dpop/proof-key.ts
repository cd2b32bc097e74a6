import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { CryptoKeyPair } from 'oauth4webapi';
import { Secret } from '../secret/index.ts';

/** The algorithm of every proof, as metadata name it: the one that servers are most likely to take, and that AT Protocol demands. */
export const proofAlgorithm = 'ES256';

/** Source: RFC 7518, section 3.4. */
const curve = 'P-256';

/** A new key for one sign-in: the private key (PKCS #8) in base64url, the text that is sealed beside its tokens. */
export function generateProofKey(): Secret {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
  return new Secret(privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url'));
}

/** The key as oauth4webapi takes it; its private part cannot be exported again. @throws Error where the text is no such key */
export function keyPairOf(key: Secret): CryptoKeyPair {
  const der = Buffer.from(key.reveal(), 'base64url');
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const algorithm = { name: 'ECDSA', namedCurve: curve };
  return {
    privateKey: privateKey.toCryptoKey(algorithm, false, ['sign']),
    publicKey: createPublicKey(privateKey).toCryptoKey(algorithm, true, ['verify']),
  };
}
