/** Looks at everything and says what to do. */
export { createDoctor } from './create-doctor.ts';
