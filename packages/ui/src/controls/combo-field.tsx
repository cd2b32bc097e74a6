import { useId, useRef, useState } from 'react';
import { Icon, type IconName } from './icon.tsx';

interface ComboFieldProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly icon: IconName;
  /** What was used before, most recent first. */
  readonly suggestions: readonly string[];
  readonly invalid?: boolean;
  /** Called with what was chosen or typed, when the field is left or Enter is pressed. */
  readonly onChange: (value: string) => void;
}

/** A text field with suggestions: type anything, or take one with the arrows and Enter. */
export function ComboField(props: ComboFieldProps) {
  const { label, value, placeholder, icon, suggestions, invalid = false, onChange } = props;
  const [text, setText] = useState(value);
  const [lastValue, setLastValue] = useState(value);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  if (value !== lastValue) {
    setLastValue(value);
    setText(value);
  }
  const wanted = text === value ? '' : text.toLowerCase();
  const shown = suggestions.filter((each) => each.toLowerCase().includes(wanted)).slice(0, 8);
  const take = (chosen: string) => {
    setText(chosen);
    setOpen(false);
    setActive(-1);
    if (chosen !== value) onChange(chosen);
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (shown.length === 0) return;
      event.preventDefault();
      setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((active + step + shown.length + (active < 0 && step < 0 ? 1 : 0)) % shown.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      take(open ? (shown[active] ?? text.trim()) : text.trim());
    } else if (event.key === 'Escape' && open) {
      event.stopPropagation();
      setOpen(false);
      setText(value);
    }
  };
  const listOpen = open && shown.length > 0;
  return (
    <div className="combo">
      <Icon name={icon} size={16} />
      <input
        ref={input}
        className="combo-input"
        role="combobox"
        aria-label={label}
        aria-expanded={listOpen}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={listOpen && active >= 0 ? `${listId}-${active}` : undefined}
        aria-invalid={invalid || undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        title={text === '' ? undefined : text}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setOpen(true);
          setActive(-1);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => take(text.trim())}
        onKeyDown={onKeyDown}
      />
      <div
        id={listId}
        role="listbox"
        aria-label={`${label} suggestions`}
        className="combo-list"
        hidden={!listOpen}
      >
        {shown.map((each, index) => (
          // The list belongs to the input, which keeps the focus and takes the keys.
          <div
            key={each}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className="combo-option"
            onPointerDown={(event) => {
              event.preventDefault();
              take(each);
            }}
          >
            {each}
          </div>
        ))}
      </div>
    </div>
  );
}
