import { Icon, type IconName } from './icon.tsx';

interface QuietSelectProps<Value extends string> {
  readonly label: string;
  readonly icon: IconName;
  /** Null: not known yet; its place is kept. */
  readonly value: Value | null;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
}

/** One of a few words, for a row of tools. */
export function QuietSelect<Value extends string>(props: QuietSelectProps<Value>) {
  const { label, icon, value, options, onChange } = props;
  return (
    <span className="quiet-select" style={{ visibility: value === null ? 'hidden' : 'visible' }}>
      <Icon name={icon} size={16} />
      <select
        aria-label={label}
        value={value ?? ''}
        onChange={(event) => {
          const chosen = options.find((each) => each.value === event.target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
      >
        {options.map((each) => (
          <option key={each.value} value={each.value}>
            {each.label}
          </option>
        ))}
      </select>
    </span>
  );
}
