/**
 * Variables for a sidecar that is started in the background. glibc reads them once, when a program begins. Without them it raises its limits
 * with each large block that is freed, and keeps up to 64 MB for what the program may want later: 14 MB of 121 in a sidecar at rest. A limit
 * that is set, here to what it begins with, stays. And it gives each thread an arena of its own, up to eight for each processor, where what one
 * thread frees is no use to another: 6 MB more after 600 turns with eight of them than with two, and 3 MB more after 800 with two than with one, in a
 * process whose work is done by one of its threads. Elsewhere they mean nothing.
 * Source: mallopt(3), M_TRIM_THRESHOLD, M_MMAP_THRESHOLD and M_ARENA_MAX; measured 2026-11-30 and 2026-12-01.
 */
export const mallocVariables = { MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_ARENA_MAX: '1' } as const;
