import {
  type CredentialView,
  capDollars,
  dollars,
  dollarsAtMost,
  type Spend,
  type Usage,
} from '@postern/contract';
import { useState } from 'react';
import { Segmented } from '../controls/index.ts';
import { credentialNameById, kindNames } from '../format/index.ts';
import { sentences } from '../help/index.ts';
import { SpendPlot } from './spend-plot.tsx';
import { localDay, monthOf } from './spend-series.ts';

interface SpendCardsProps {
  readonly usage: Usage;
  readonly credentials: readonly CredentialView[];
  readonly nowMs: number;
}

/** What was spent today and this month, against the cap, and by day. */
export function SpendCards({ usage, credentials, nowMs }: SpendCardsProps) {
  const { capUsdPerDay, countedTodayUsd } = usage;
  const heldUsd = usage.caps.find(({ scope }) => scope === 'day')?.reservedUsd ?? 0;
  const [view, setView] = useState<'days' | 'month'>('days');
  return (
    <section className="card" aria-labelledby="spend-title">
      <h2 id="spend-title">Spend</h2>
      <div className="spend-sums">
        <SpendSum title="Today" spend={usage.today} credentials={credentials} />
        <SpendSum title="This month" spend={usage.month} credentials={credentials} />
        <div>
          <h3 className="small soft">Counted towards today’s cap</h3>
          <p className="spend-amount tabular">{dollars(countedTodayUsd)}</p>
          <p className="small soft">
            {capUsdPerDay === null ? 'No cap is set.' : `of ${capDollars(capUsdPerDay)} a day`}
          </p>
          {heldUsd > 0 ? (
            <p className="small soft">
              {`${dollarsAtMost(heldUsd)} more is held for calls whose cost is not known`}
            </p>
          ) : null}
        </div>
      </div>
      <Segmented
        legend="Show the spend of"
        value={view}
        options={[
          { value: 'days', label: 'Last 30 days' },
          { value: 'month', label: 'This month' },
        ]}
        onChange={setView}
      />
      {view === 'month' ? (
        <>
          <p>{monthInWords(usage)}</p>
          <SpendPlot byDay={usage.byDay} credentials={credentials} {...monthOf(nowMs)} period="this month" />
        </>
      ) : (
        <SpendPlot
          byDay={usage.byDay}
          credentials={credentials}
          lastDay={localDay(nowMs)}
          days={30}
          period="in the last 30 days"
        />
      )}
      <p className="small soft">
        {sentences.cost} {sentences.fallbackCovered}
      </p>
    </section>
  );
}

/** What counts towards the month's cap, and what is left of it; what is held back for calls under way is not. */
function monthInWords({ caps }: Usage): string {
  const cap = caps.find(({ scope }) => scope === 'month');
  if (cap === undefined) return 'No monthly cap is set. You can set one in Settings.';
  const { capUsd, spentUsd, reservedUsd, leftUsd } = cap;
  const held =
    reservedUsd > 0 ? `, ${dollarsAtMost(reservedUsd)} is held for calls whose cost is not known yet` : '';
  return `${dollars(spentUsd)} of ${capDollars(capUsd)} is spent this month${held}: ${dollars(leftUsd)} is left.`;
}

interface SpendSumProps {
  readonly title: string;
  readonly spend: readonly Spend[];
  readonly credentials: readonly CredentialView[];
}

/** Which account; one that is gone by its kind and the rest of its id. */
function spenderName({ credentialId, kind }: Spend, credentials: readonly CredentialView[]): string {
  if (credentials.some(({ id }) => id === credentialId)) return credentialNameById(credentialId, credentials);
  const own = credentialId.slice(credentialId.indexOf(':') + 1);
  return own === 'default' ? kindNames[kind] : `${kindNames[kind]} (${own})`;
}

function SpendSum({ title, spend, credentials }: SpendSumProps) {
  const paid = spend.filter((each) => !each.covered).reduce((sum, each) => sum + each.costUsd, 0);
  return (
    <div>
      <h3 className="small soft">{title}</h3>
      <p className="spend-amount tabular">{dollars(paid)}</p>
      <ul className="small soft">
        {spend.map((each) => (
          <li key={each.credentialId} className="tabular">
            {spenderName(each, credentials)}: {dollars(each.costUsd)}
            {each.covered ? ', covered' : ''}
          </li>
        ))}
      </ul>
    </div>
  );
}
