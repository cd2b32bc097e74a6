/** Work off the main thread, bounded in time and memory, that ends when this process does. */
export { BoundedThread } from './bounded-thread.ts';
export { endsWithUs } from './ends-with-us.ts';
export { onProgramEnd } from './on-program-end.ts';
