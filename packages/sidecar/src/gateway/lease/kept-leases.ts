/**
 * A held lease as it is written down, so that it goes on where Postern is restarted under its program. Its secret is not part of it: a hash
 * is enough to know it again.
 */
export interface KeptLease {
  readonly leaseId: string;
  /** SHA-256 of its secret, which has 256 random bits. */
  readonly hash: string;
  readonly label: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly capUsd: number | null;
  readonly model: string | null;
  /** Id of the credential that pays first; null: the first of the order. */
  readonly credential: string | null;
  /** Of the gateway: its program knows no other. */
  readonly port: number;
}

/** Where they are written down. Nothing here throws: a lease that cannot be kept ends with this process. */
export interface KeptLeases {
  /** Oldest first. */
  all(): readonly KeptLease[];
  add(lease: KeptLease): void;
  /** It has ended, and must not come back. */
  remove(leaseId: string): void;
}

/** For a gateway that keeps none. */
export const keepsNone: KeptLeases = { all: () => [], add: () => undefined, remove: () => undefined };
