import { leaseGrantSchema, leaseListSchema, leaseRequestSchema, leaseSchema } from '@postern/contract';
import { z } from 'zod';
import { answers, bodyCodes, noQuery } from '../answers.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

const idParams = z.object({ id: z.string().min(1).max(100) });

/** `/leases`: secrets of their own for programs that Postern did not start. */
export function addLeaseRoutes(app: HttpApp, { gateway }: Pick<HttpDeps, 'gateway'>): void {
  const { leases } = gateway;
  app.post(
    '/leases',
    {
      schema: {
        operationId: 'createLease',
        tags: ['leases'],
        summary: 'A secret with which another program may call the Messages API; it is shown once',
        querystring: noQuery,
        body: leaseRequestSchema,
        response: answers(
          leaseGrantSchema,
          'Give baseUrl and secret to the program.',
          'not_for_other_programs',
          'not_signed_in',
          'reauthorization_required',
          'no_working_credential',
          'fallback_refused',
          'plan_limit_reached',
          'refresh_unavailable',
          'credential_not_found',
          ...bodyCodes,
        ),
      },
    },
    async ({ body }) => ({ ...(await leases.open(body)), baseUrl: gateway.url }),
  );

  app.get(
    '/leases',
    {
      schema: {
        operationId: 'leases',
        tags: ['leases'],
        summary: 'The leases that hold, newest first; without their secrets',
        querystring: noQuery,
        response: answers(leaseListSchema, 'All of them.'),
      },
    },
    async () => ({ items: [...leases.list()], next: null }),
  );

  app.delete(
    '/leases/:id',
    {
      schema: {
        operationId: 'endLease',
        tags: ['leases'],
        summary: 'Ends it and its calls at once, and writes its receipts',
        params: idParams,
        querystring: noQuery,
        response: answers(leaseSchema, 'What it has cost.', 'not_found'),
      },
    },
    async ({ params }) => leases.end(params.id),
  );
}
