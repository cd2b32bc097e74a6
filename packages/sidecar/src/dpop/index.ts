/** Proofs that a request comes from the holder of a key that its token is bound to (DPoP, RFC 9449). On oauth4webapi. */

export { generateProofKey, proofAlgorithm } from './proof-key.ts';
export { type BoundToken, challengedProof, Proofs, proofRefusalOf } from './proofs.ts';
