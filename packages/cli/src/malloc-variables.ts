/**
 * Variables for a sidecar that is started in the background. glibc reads them once, when a program begins. Without them it raises its limits
 * with each large block that is freed, and keeps up to 64 MB for what the program may want later: 14 MB of 121 in a sidecar at rest. A limit
 * that is set, here to what it begins with, stays. Elsewhere they mean nothing.
 * Source: mallopt(3), M_TRIM_THRESHOLD and M_MMAP_THRESHOLD; measured 2026-11-30.
 */
export const mallocVariables = { MALLOC_TRIM_THRESHOLD_: '131072' } as const;
