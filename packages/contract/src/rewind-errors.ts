import { row } from './error-row.ts';

/** Of undoing what the agent did to files. */
export const rewindErrors = {
  checkpoint_not_found: row(
    404,
    false,
    'No copies of the files were kept for this message',
    'Restore the files from version control or a backup.',
  ),
  checkpoints_off: row(
    409,
    false,
    'Copies of changed files are switched off on this computer',
    'Ask the administrator of this computer, or restore the files from version control or a backup.',
  ),
  rewind_outside_workspace: row(
    409,
    false,
    'The agent also changed files outside the workspace',
    'Undo these changes by hand: Postern restores files inside the workspace only.',
  ),
  files_changed: row(
    409,
    true,
    'The files changed since you looked at them',
    'Look at the changes again. Nothing was undone.',
  ),
  rewind_failed: row(
    502,
    true,
    'The files could not be restored',
    'Try again. If it fails again, restore them from version control or a backup.',
  ),
} as const;
