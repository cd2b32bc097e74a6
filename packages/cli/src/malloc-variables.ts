/**
 * Variables for a sidecar that is started in the background. glibc reads them once, when a program begins: without them it keeps what a
 * program has freed, up to 64 MB of it, for what the program may want later; 14 MB of 119 in a sidecar at rest. With the usual first limit
 * it stays at that limit. Elsewhere they mean nothing. Source: mallopt(3), M_TRIM_THRESHOLD and M_MMAP_THRESHOLD; measured 2026-11-30.
 */
export const mallocVariables = { MALLOC_TRIM_THRESHOLD_: '131072' } as const;
