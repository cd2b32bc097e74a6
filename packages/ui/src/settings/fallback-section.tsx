import type { CapScope, FallbackPolicy, Settings, Usage } from '@postern/contract';
import { useState } from 'react';
import { Choice, HelpTip } from '../controls/index.ts';
import { dollars } from '../format/index.ts';
import { sentences } from '../help/index.ts';

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
    return found?.leftUsd ?? null;
  };
  return (
    <section className="card" aria-labelledby="fallback-title">
      <h2 id="fallback-title">
        When one cannot be used{' '}
        <HelpTip topic="fallback" about={['fallback', 'fallbackCap', 'fallbackCovered']} />
      </h2>
      <Choice
        legend="If a sign-in fails or is refused,"
        value={fallback.onAuthFailure}
        options={[
          { value: 'allow', label: 'use the next one and tell me.' },
          { value: 'ask', label: 'ask me each time before the next one is used.' },
          { value: 'never', label: 'stop and tell me; never use another.' },
        ]}
        onChange={(onAuthFailure) => onChange({ onAuthFailure })}
      />
      <Choice
        legend="If a plan’s usage limit is reached,"
        value={fallback.onUsageLimit}
        options={[
          { value: 'allow', label: 'use the next one until the limit resets, and tell me.' },
          { value: 'ask', label: 'ask me before the next one is used.' },
          { value: 'wait', label: 'wait for the reset, then continue automatically.' },
          { value: 'never', label: 'stop until the reset; never use another.' },
        ]}
        onChange={(onUsageLimit) => onChange({ onUsageLimit })}
      />
      {caps.map(({ name, before, after, label, none }) => (
        <CapField
          key={name}
          capUsd={fallback[name] ?? null}
          words={{ before, after, label, none }}
          left={leftOf(name)}
          onChange={(cap) => onChange({ [name]: cap })}
        />
      ))}
      <p className="small soft">{sentences.fallbackCap}</p>
    </section>
  );
}

type CapName = 'capUsdPerTurn' | 'capUsdPerWorkspacePerDay' | 'capUsdPerDay' | 'capUsdPerMonth';

interface CapWords {
  readonly name: CapName;
  readonly before: string;
  readonly after: string;
  readonly label: string;
  /** Where there is none. */
  readonly none: string;
}

const caps: readonly CapWords[] = [
  {
    ...{
      name: 'capUsdPerDay',
      before: 'A key may spend at most $',
      after: 'a day.',
      label: 'Daily cap in US dollars',
    },
    none: 'No cap: a key may spend without end.',
  },
  {
    ...{
      name: 'capUsdPerTurn',
      before: 'One turn at most $',
      after: '.',
      label: 'Cap for a turn in US dollars',
    },
    none: 'No cap per turn.',
  },
  {
    ...{
      name: 'capUsdPerMonth',
      before: 'A month at most $',
      after: '.',
      label: 'Monthly cap in US dollars',
    },
    none: 'No cap for a month.',
  },
  {
    ...{ name: 'capUsdPerWorkspacePerDay', before: 'Each folder at most $', after: 'a day.' },
    ...{ label: 'Daily cap of a folder in US dollars', none: 'No cap per folder.' },
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
  readonly words: Readonly<Record<'before' | 'after' | 'label' | 'none', string>>;
  /** US dollars that may still be spent, where that is one figure. */
  readonly left: number | null;
  readonly onChange: (capUsd: number | null) => void;
}

function CapField({ capUsd, words, left, onChange }: CapFieldProps) {
  const [text, setText] = useState(capUsd === null ? '' : String(capUsd));
  const [problem, setProblem] = useState(false);
  const save = () => {
    const given = text.trim().replace(/^\$/, '').replace(',', '.');
    const amount = given === '' ? null : Number(given);
    const valid = amount === null || (Number.isFinite(amount) && amount >= 0 && amount <= 100_000);
    setProblem(!valid);
    if (valid && amount !== capUsd) onChange(amount);
  };
  return (
    <div className="cap">
      <label className="cap-line">
        <span>{words.before}</span>
        <input
          className="cap-input tabular"
          type="text"
          inputMode="decimal"
          aria-label={words.label}
          aria-invalid={problem || undefined}
          placeholder="no cap"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onBlur={save}
          onKeyDown={(event) => {
            if (event.key === 'Enter') save();
          }}
        />
        <span>{words.after}</span>
      </label>
      <p className={problem ? 'field-problem' : 'small soft'} role={problem ? 'alert' : undefined}>
        {problem
          ? 'Give an amount from 0 to 100,000, or leave it empty for no cap.'
          : capUsd === null
            ? words.none
            : `The cap is ${dollars(capUsd)}${left === null ? '' : `, ${dollars(left)} of it is left`}. Empty means no cap.`}
      </p>
    </div>
  );
}
