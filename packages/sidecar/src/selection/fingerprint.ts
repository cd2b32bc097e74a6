/** Which token, key or login something is remembered of: `v3` of a sign-in's token, a hash of a key. With another one it is void. */
export type Fingerprint = string;

/** The fingerprint of a version of a sign-in's token. */
export function versionFingerprint(version: number): Fingerprint {
  return `v${version}`;
}

/** The version that a fingerprint names; null for a key's. */
export function versionOf(fingerprint: Fingerprint): number | null {
  const version = /^v(\d+)$/.exec(fingerprint)?.[1];
  return version === undefined ? null : Number(version);
}
