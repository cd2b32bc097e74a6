import type { Settings, SettingsPatch } from '@postern/contract';
import { Segmented } from '../controls/index.ts';
import { onOrOff } from './on-or-off.ts';

interface WindowSectionProps {
  readonly theme: Settings['theme'];
  readonly onChange: (patch: SettingsPatch) => void;
  /** Null if this browser has no notifications. */
  readonly notifying: boolean | null;
  readonly onNotifying: (on: boolean) => void;
}

/** How this window looks, and whether it may notify. */
export function WindowSection({ theme, notifying, onChange, onNotifying }: WindowSectionProps) {
  return (
    <section className="card" aria-labelledby="window-title">
      <h2 id="window-title">This window</h2>
      <div className="labelled">
        <span>Appearance</span>
        <Segmented
          legend="Appearance"
          value={theme}
          options={[
            { value: 'system', label: 'System' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
          onChange={(chosen) => onChange({ theme: chosen })}
        />
      </div>
      {notifying === null ? null : (
        <div className="labelled">
          <span>Notifications</span>
          <Segmented
            legend="Notifications"
            value={notifying ? 'on' : 'off'}
            options={onOrOff}
            onChange={(wanted) => onNotifying(wanted === 'on')}
          />
          <p className="small soft labelled-note">
            When the agent has a question or another account is used, while this window is in the background.
          </p>
        </div>
      )}
    </section>
  );
}
