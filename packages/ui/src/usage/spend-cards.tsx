import type { Spend, Usage } from '@postern/contract';
import { dollars, kindNames } from '../format/index.ts';
import { sentences } from '../help/index.ts';
import { SpendPlot } from './spend-plot.tsx';

interface SpendCardsProps {
  readonly usage: Usage;
  readonly nowMs: number;
}

/** What was spent today and this month, against the cap, and by day. */
export function SpendCards({ usage, nowMs }: SpendCardsProps) {
  const { capUsdPerDay, countedTodayUsd } = usage;
  return (
    <section className="card" aria-labelledby="spend-title">
      <h2 id="spend-title">Spend</h2>
      <div className="spend-sums">
        <SpendSum title="Today" spend={usage.today} />
        <SpendSum title="This month" spend={usage.month} />
        <div>
          <h3 className="small soft">Counts towards today’s cap</h3>
          <p className="spend-amount tabular">{dollars(countedTodayUsd)}</p>
          <p className="small soft">
            {capUsdPerDay === null ? 'No cap is set.' : `of ${dollars(capUsdPerDay)} a day`}
          </p>
        </div>
      </div>
      <SpendPlot byDay={usage.byDay} nowMs={nowMs} />
      <p className="small soft">
        {sentences.cost} {sentences.fallbackCovered}
      </p>
    </section>
  );
}

function SpendSum({ title, spend }: { readonly title: string; readonly spend: readonly Spend[] }) {
  const paid = spend.filter((each) => !each.covered).reduce((sum, each) => sum + each.costUsd, 0);
  return (
    <div>
      <h3 className="small soft">{title}</h3>
      <p className="spend-amount tabular">{dollars(paid)}</p>
      <ul className="small soft">
        {spend.map((each) => (
          <li key={each.credentialId} className="tabular">
            {kindNames[each.kind]}: {dollars(each.costUsd)}
            {each.covered ? ', covered' : ''}
          </li>
        ))}
      </ul>
    </div>
  );
}
