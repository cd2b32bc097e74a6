import { type CapScope, dollars, type FallbackPolicy, type Settings, type Usage } from '@postern/contract';
import { useState } from 'react';
import { Choice, HelpTip } from '../controls/index.ts';

import { sentences } from '../help/index.ts';
import { capAmount } from './cap-amount.ts';

interface FallbackSectionProps {
  readonly fallback: Settings['fallback'];
  /** What is spent of each cap; null while it is not known. */
  readonly spent: Usage['caps'] | null;
  readonly onChange: (patch: Partial<FallbackPolicy>) => void;
}

/** When another credential may take over, and up to how much: sentences that can be read aloud. */
export function FallbackSection({ fallback, spent, onChange }: FallbackSectionProps) {
  const leftOf = (name: CapName): number | null => {
    const scope = scopeOf[name];
    const found =
      scope === 'day' || scope === 'month' ? spent?.find((cap) => cap.scope === scope) : undefined;
    // What is left of another cap than this says nothing.
    return found?.capUsd === fallback[name] ? (found?.leftUsd ?? null) : null;
  };
  return (
    <>
      <section className="card" aria-labelledby="fallback-title">
        <h2 id="fallback-title">
          If an account can’t be used <HelpTip topic="fallback" about={['fallback']} />
        </h2>
        <Choice
          legend="If an account fails or is rejected"
          value={fallback.onAuthFailure}
          options={[
            { value: 'allow', label: 'Use the next one and tell me' },
            { value: 'ask', label: 'Ask me every time' },
            { value: 'never', label: 'Stop and tell me' },
          ]}
          onChange={(onAuthFailure) => onChange({ onAuthFailure })}
        />
        <Choice
          legend="If a plan reaches its usage limit"
          value={fallback.onUsageLimit}
          options={[
            { value: 'allow', label: 'Use the next one until the limit resets' },
            { value: 'ask', label: 'Ask me first' },
            { value: 'wait', label: 'Wait for the reset, then continue' },
            { value: 'never', label: 'Stop until the reset' },
          ]}
          onChange={(onUsageLimit) => onChange({ onUsageLimit })}
        />
      </section>
      <section className="card" aria-labelledby="caps-title">
        <h2 id="caps-title">
          Spending caps <HelpTip topic="caps" about={['fallbackCovered', 'cost']} />
        </h2>
        <p className="soft">What may be spent by use. Leave a field empty for no cap.</p>
        <div className="caps">
          {caps.map(({ name, before, label }) => (
            <CapField
              key={name}
              capUsd={fallback[name] ?? null}
              words={{ before, label }}
              left={leftOf(name)}
              onChange={(cap) => onChange({ [name]: cap })}
            />
          ))}
        </div>
        <p className="small soft">{sentences.fallbackCap}</p>
      </section>
    </>
  );
}

type CapName = 'capUsdPerTurn' | 'capUsdPerWorkspacePerDay' | 'capUsdPerDay' | 'capUsdPerMonth';

interface CapWords {
  readonly name: CapName;
  /** Before the amount. */
  readonly before: string;
  readonly label: string;
}

const caps: readonly CapWords[] = [
  { name: 'capUsdPerDay', before: 'Per day', label: 'Daily cap in US dollars' },
  { name: 'capUsdPerMonth', before: 'Per month', label: 'Monthly cap in US dollars' },
  { name: 'capUsdPerTurn', before: 'Per turn', label: 'Cap per turn in US dollars' },
  {
    name: 'capUsdPerWorkspacePerDay',
    before: 'Per workspace and day',
    label: 'Daily cap per workspace in US dollars',
  },
];

const scopeOf: { readonly [Name in CapName]: CapScope } = {
  capUsdPerTurn: 'turn',
  capUsdPerWorkspacePerDay: 'workspace',
  capUsdPerDay: 'day',
  capUsdPerMonth: 'month',
};

interface CapFieldProps {
  readonly capUsd: number | null;
  readonly words: Readonly<Record<'before' | 'label', string>>;
  /** US dollars that may still be spent, where that is one figure. */
  readonly left: number | null;
  readonly onChange: (capUsd: number | null) => void;
}

function textOf(capUsd: number | null): string {
  return capUsd === null ? '' : String(capUsd);
}

function CapField({ capUsd, words, left, onChange }: CapFieldProps) {
  const [text, setText] = useState(textOf(capUsd));
  const [lastCap, setLastCap] = useState(capUsd);
  const [problem, setProblem] = useState(false);
  if (capUsd !== lastCap) {
    setLastCap(capUsd);
    setText(textOf(capUsd));
  }
  const save = () => {
    const amount = text === textOf(capUsd) ? capUsd : capAmount(text);
    setProblem(amount === undefined);
    if (amount !== undefined && amount !== capUsd) onChange(amount);
  };
  return (
    <div className="cap">
      <label className="cap-line">
        <span className="cap-name">{words.before}</span>
        <span className="cap-amount">
          <span>$</span>
          <input
            className="cap-input tabular"
            type="text"
            inputMode="decimal"
            aria-label={words.label}
            aria-invalid={problem || undefined}
            placeholder="No cap"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onBlur={save}
            onKeyDown={(event) => {
              if (event.key === 'Enter') save();
            }}
          />
        </span>
      </label>
      {problem ? (
        <p className="field-problem" role="alert">
          Enter an amount from 0 to 100,000. Leave it empty for no cap.
        </p>
      ) : capUsd === null || left === null ? null : (
        <p className="small soft tabular">{`${dollars(left)} left`}</p>
      )}
    </div>
  );
}
