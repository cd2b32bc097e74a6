/** Heavy work off the main thread, bounded in time and memory. */
export { BoundedThread, type BoundedThreadLimits } from './bounded-thread.ts';
