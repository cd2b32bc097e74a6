import { z } from 'zod';
import { holdsCredential } from './holds-credential.ts';

const message = 'a text without a credential';

/** A text that is kept and shown as it is: a credential that was put into the wrong field is refused. */
export const openText = <Text extends z.ZodType<string>>(text: Text): Text =>
  text.refine((value) => !holdsCredential(value), message);

/** Name of a model, as the service and the program take it. */
export const modelNameSchema = openText(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:@/[\]-]{0,127}$/));
