import {
  diagnosticsSchema,
  pageRequestSchema,
  receiptPageSchema,
  refreshedUsageSchema,
  timelinePageSchema,
  type Usage,
  usageSchema,
} from '@postern/contract';
import { z } from 'zod';
import { answers, bodyCodes, noQuery } from '../answers.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { pageOf } from '../page-request.ts';

const usageDays = 31;

/** `GET /usage`, `POST /usage/refresh`, `GET /receipts`, `GET /timeline`, `GET /diagnostics`. */
export function addLedgerRoutes(
  app: HttpApp,
  {
    ledger,
    policy,
    refreshUsage,
    diagnostics,
  }: Pick<HttpDeps, 'ledger' | 'policy' | 'refreshUsage' | 'diagnostics'>,
): void {
  function usageNow(): Usage {
    const caps = policy();
    return {
      windows: [...ledger.windows()],
      today: [...ledger.spend('today')],
      month: [...ledger.spend('month')],
      byDay: ledger.spendByDay(usageDays).map(({ day, spend }) => ({ day, spend: [...spend] })),
      countedTodayUsd: ledger.spentTodayUsd(),
      capUsdPerDay: caps.capUsdPerDay,
      reservedUsd: ledger.reservedTodayUsd(),
      caps: ledger.caps(caps),
    };
  }

  app.get(
    '/usage',
    {
      schema: {
        operationId: 'usage',
        tags: ['usage'],
        summary: 'Plan windows as last seen, and what was spent',
        querystring: noQuery,
        response: answers(usageSchema, 'Windows and spend.'),
      },
    },
    async () => usageNow(),
  );

  app.post(
    '/usage/refresh',
    {
      schema: {
        operationId: 'refreshUsage',
        tags: ['usage'],
        summary:
          'Asks the program of each Claude Code account for its plan windows, at most once in 5 minutes each',
        querystring: noQuery,
        body: z.strictObject({}),
        response: answers(
          refreshedUsageSchema,
          'Windows and spend, and what became of each account.',
          'not_signed_in',
          'not_in_sandbox',
          ...bodyCodes,
        ),
      },
    },
    async () => {
      const refreshed = await refreshUsage();
      return { ...usageNow(), refreshed: [...refreshed] };
    },
  );

  app.get(
    '/receipts',
    {
      schema: {
        operationId: 'receipts',
        tags: ['usage'],
        summary: 'One for each turn, newest first',
        querystring: pageRequestSchema,
        response: answers(receiptPageSchema, 'A page of receipts.'),
      },
    },
    async ({ query }) => ledger.receipts(pageOf(query)),
  );

  app.get(
    '/timeline',
    {
      schema: {
        operationId: 'timeline',
        tags: ['usage'],
        summary: 'Sign-ins, refreshes and fallbacks, redacted, newest first',
        querystring: pageRequestSchema,
        response: answers(timelinePageSchema, 'A page of the timeline.'),
      },
    },
    async ({ query }) => ledger.timeline(pageOf(query)),
  );

  app.get(
    '/diagnostics',
    {
      schema: {
        operationId: 'diagnostics',
        tags: ['usage'],
        summary: 'What the doctor finds; may be shared',
        querystring: z.strictObject({
          tryCredentials: z.enum(['0', '1']).optional().describe('1: also sends one free request with each'),
        }),
        response: answers(diagnosticsSchema, 'Findings and what to do.'),
      },
    },
    ({ query }) => diagnostics({ tryCredentials: query.tryCredentials === '1' }),
  );
}
