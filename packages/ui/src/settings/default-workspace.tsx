import type { Settings, SettingsPatch } from '@postern/contract';
import { ComboField, HelpTip } from '../controls/index.ts';
import { sentences } from '../help/index.ts';

interface DefaultWorkspaceProps {
  readonly settings: Pick<Settings, 'workspace'>;
  /** Folders used before, most recent first. */
  readonly used: readonly string[];
  readonly onChange: (patch: SettingsPatch) => void;
}

/** Where new conversations work. */
export function DefaultWorkspace({ settings, used, onChange }: DefaultWorkspaceProps) {
  return (
    <section className="card" aria-labelledby="default-workspace-title">
      <h2 id="default-workspace-title">
        New conversations <HelpTip topic="the workspace" about={['workspace']} />
      </h2>
      <div className="labelled">
        <span>Workspace</span>
        <ComboField
          label="Default workspace"
          icon="folder"
          placeholder="New empty folder for each"
          value={settings.workspace ?? ''}
          suggestions={used}
          onChange={(workspace) => onChange({ workspace: workspace === '' ? null : workspace })}
        />
      </div>
      <p className="small soft">{sentences.workspace}</p>
    </section>
  );
}
