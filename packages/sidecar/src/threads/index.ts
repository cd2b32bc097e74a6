/** Heavy work off the main thread, bounded in time and memory. */
export { BoundedThread } from './bounded-thread.ts';
