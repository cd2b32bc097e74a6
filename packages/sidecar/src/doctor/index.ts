/** Looks at everything and says what to do. */
export { createDoctor, type DoctorDeps } from './create-doctor.ts';
