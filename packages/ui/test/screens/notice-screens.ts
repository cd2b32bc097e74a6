import type { LeaseQuestion, UsageNotice } from '@postern/contract';
import type { Page } from 'playwright-core';
import { inSeconds, ref } from '../fake-facts.ts';
import type { FakeSidecar } from '../fake-sidecar.ts';
import { beforeTheKey, narrow, type Screen, signedIn } from './screen.ts';

type Shown = Pick<Screen, 'prepare' | 'reach'>;

function told(notice: UsageNotice['notice'], utilization: number | null, title: string): Shown {
  return {
    prepare: signedIn,
    reach: async (page, fake) => {
      const data = { credentialId: 'oauth:default', window: 'five_hour', notice, utilization };
      const resetsAt = notice === 'reset' ? null : inSeconds(5400);
      await fake.emit({ event: 'usage_notice', data: { ...data, resetsAt } });
      await page.getByText(title).first().waitFor();
    },
  };
}

const payer: LeaseQuestion = {
  ...{ requestId: 'lease-question-1', leaseId: 'lease-1', label: 'claude' },
  ...{ from: ref('oauth'), to: ref('api_key'), payer: ref('api_key').payer },
  ...{ reason: 'plan_limit_reached', capUsd: 5, expiresAt: '' },
};
const overCap: LeaseQuestion = {
  ...payer,
  ...{ from: ref('api_key'), reason: 'spend_cap_reached', scope: 'day' },
  ...{ spentUsd: 4.8, reservedUsd: 0.1, thisCallAtMostUsd: 0.4 },
};

function asked(question: LeaseQuestion, then: (page: Page) => Promise<void> = async () => undefined): Shown {
  return {
    prepare: (fake: FakeSidecar) => {
      signedIn(fake);
      beforeTheKey(fake);
      fake.refusedAt = { what: /\/approve$/, code: 'internal_error' };
    },
    reach: async (page, fake) => {
      await fake.emit({ event: 'lease_question', data: { ...question, expiresAt: inSeconds(239) } });
      await page.getByText('is waiting for your answer').waitFor();
      await page.getByRole('button', { name: 'Deny' }).waitFor();
      await then(page);
    },
  };
}

/** What is told wherever one is in the app: a plan's window, and the question of a program that runs with a lease. */
export const noticeScreens: readonly Screen[] = [
  { name: 'usage-notice-80', ...told('at_80', 0.82, '82 % of the 5-hour window is used') },
  {
    name: 'usage-notice-80-narrow',
    viewport: narrow,
    ...told('at_80', 0.82, '82 % of the 5-hour window is used'),
  },
  { name: 'usage-notice-95', ...told('at_95', 0.97, '97 % of the 5-hour window is used') },
  { name: 'usage-notice-reset', ...told('reset', null, 'The 5-hour window has reset') },
  { name: 'lease-question', ...asked(payer) },
  { name: 'lease-question-narrow', viewport: narrow, ...asked(payer) },
  { name: 'lease-question-cap', ...asked(overCap) },
  {
    name: 'lease-question-failed',
    ...asked(payer, async (page) => {
      const deny = page.getByRole('button', { name: 'Deny' });
      await deny.click();
      await page.getByText('internal_error').first().waitFor();
    }),
  },
];
