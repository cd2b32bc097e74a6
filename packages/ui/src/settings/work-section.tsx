import type { Settings, SettingsPatch } from '@postern/contract';
import { Choice, ComboField, HelpTip, Segmented } from '../controls/index.ts';
import { sentences } from '../help/index.ts';
import { RememberedAnswers } from './remembered-answers.tsx';

interface WorkSectionProps {
  readonly settings: Settings;
  readonly workspaces: readonly string[];
  readonly models: readonly string[];
  readonly onChange: (patch: SettingsPatch) => void;
  /** Null where this browser has none. */
  readonly notifying: boolean | null;
  readonly onNotifying: (on: boolean) => void;
}

const onOrOff = [
  { value: 'off', label: 'Off' },
  { value: 'on', label: 'On' },
] as const;

/** Where the agent works, with which model, and when it must ask. */
export function WorkSection(props: WorkSectionProps) {
  const { settings, workspaces, models, notifying, onChange, onNotifying } = props;
  return (
    <section className="card" aria-labelledby="work-title">
      <h2 id="work-title">
        How the agent works <HelpTip topic="the agent" about={['workspace', 'permission', 'privacy']} />
      </h2>
      <div className="labelled">
        <span>Workspace for new conversations</span>
        <ComboField
          label="Default workspace"
          icon="folder"
          placeholder="New empty folder for each"
          value={settings.workspace ?? ''}
          suggestions={workspaces}
          onChange={(workspace) => onChange({ workspace: workspace === '' ? null : workspace })}
        />
        <p className="small soft labelled-note">{sentences.workspace}</p>
      </div>
      <div className="labelled">
        <span>Model</span>
        <ComboField
          label="Default model"
          icon="model"
          placeholder="Default model"
          value={settings.model ?? ''}
          suggestions={models}
          onChange={(model) => onChange({ model: model === '' ? null : model })}
        />
      </div>
      <Choice
        legend="Before the agent changes something"
        value={settings.permissionMode}
        options={[
          { value: 'ask', label: 'Ask me' },
          {
            value: 'accept_edits',
            label: 'Allow changes in the workspace, ask for the rest',
          },
          { value: 'plan', label: 'Only read and plan' },
        ]}
        onChange={(permissionMode) => onChange({ permissionMode })}
      />
      <RememberedAnswers alwaysAllow={settings.alwaysAllow} onChange={onChange} />
      <div className="labelled">
        <span>Start answers faster</span>
        <Segmented
          legend="Start answers faster"
          value={settings.warmPrograms === false ? 'off' : 'on'}
          options={onOrOff}
          onChange={(wanted) => onChange({ warmPrograms: wanted === 'on' })}
        />
        <p className="small soft labelled-note">{sentences.warmPrograms}</p>
      </div>
      <div className="labelled">
        <span>Appearance</span>
        <Segmented
          legend="Appearance"
          value={settings.theme}
          options={[
            { value: 'system', label: 'System' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
          onChange={(theme) => onChange({ theme })}
        />
      </div>
      {notifying === null ? null : (
        <div className="labelled">
          <span>Notifications in the background</span>
          <Segmented
            legend="Notifications"
            value={notifying ? 'on' : 'off'}
            options={onOrOff}
            onChange={(wanted) => onNotifying(wanted === 'on')}
          />
        </div>
      )}
    </section>
  );
}
