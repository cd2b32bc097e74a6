import type { FolderList } from '@postern/contract';
import { useState } from 'react';
import { ComboField, IconButton } from '../controls/index.ts';
import { FolderPicker } from './folder-picker.tsx';

interface WorkspaceFieldProps {
  /** Empty: a folder of the conversation's own. */
  readonly workspace: string;
  readonly recent: readonly string[];
  readonly readFolders: (path: string | null) => Promise<FolderList>;
  readonly onChange: (workspace: string) => void;
}

/** The folder to work in: typed, taken from those used before, or looked for. */
export function WorkspaceField({ workspace, recent, readFolders, onChange }: WorkspaceFieldProps) {
  const [picking, setPicking] = useState(false);
  return (
    <>
      <ComboField
        label="Workspace"
        icon="folder"
        placeholder="New folder"
        value={workspace}
        suggestions={recent}
        onChange={onChange}
      />
      <IconButton icon="browse" label="Choose a folder" onClick={() => setPicking(true)} />
      {picking ? (
        <FolderPicker
          start={workspace === '' ? null : workspace}
          recent={recent}
          read={readFolders}
          onChoose={(path) => {
            onChange(path);
            setPicking(false);
          }}
          onClose={() => setPicking(false)}
        />
      ) : null}
    </>
  );
}
