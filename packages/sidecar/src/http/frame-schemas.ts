import { appEventSchemas, followedQueryEventSchema, queryEventSchemas } from '@postern/contract';
import { type ZodType, z } from 'zod';

/** One event of `POST /query` as an object, for the OpenAPI document. */
export const queryFrameSchema = frameSchema(queryEventSchemas).meta({ id: 'QueryEvent' });

/** One event of `GET /events` as an object, for the OpenAPI document. */
export const appFrameSchema = frameSchema({ ...appEventSchemas, query: followedQueryEventSchema }).meta({
  id: 'AppEvent',
});

function frameSchema(schemas: Readonly<Record<string, ZodType>>) {
  return z.union(
    Object.entries(schemas).map(([event, data]) =>
      z.object({ id: z.int().nonnegative(), event: z.literal(event), data }),
    ),
  );
}
