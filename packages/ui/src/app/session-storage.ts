import { type PermissionMode, permissionModes } from '@postern/contract';

/** The part of `sessionStorage` that is used: it belongs to this tab and ends with it. */
export type TabStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** What this tab remembers over a reload: its token and its drafts. Nothing of it outlives the tab. */
export interface TabMemory {
  readonly token: () => string | null;
  readonly keepToken: (token: string) => void;
  /** The folder this window was opened in by `postern open <dir>`; null: none. */
  readonly workspace: () => string | null;
  readonly keepWorkspace: (path: string) => void;
  readonly draft: (place: string) => string;
  readonly keepDraft: (place: string, text: string) => void;
  /** What goes with the draft of a place; null: nothing is kept. */
  readonly draftParts: (place: string) => DraftParts | null;
  readonly keepDraftParts: (place: string, parts: DraftParts | null) => void;
  /** What was chosen for a conversation, whether or not something is written in it; null: nothing was. */
  readonly mode: (place: string) => PermissionMode | null;
  readonly keepMode: (place: string, mode: PermissionMode | null) => void;
}

/** What was chosen for a draft, and its files. */
export interface DraftParts {
  readonly workspace: string;
  readonly model: string;
  readonly files: readonly string[];
}

const tokenKey = 'postern.token';
const workspaceKey = 'postern.workspace';

/** A memory over the tab's storage; where the browser refuses it, nothing is remembered and nothing fails. */
export function createTabMemory(storage: TabStorage): TabMemory {
  const write = (key: string, value: string) => {
    try {
      if (value === '') storage.removeItem(key);
      else storage.setItem(key, value);
    } catch {
      // Full or refused: the page works on without it.
    }
  };
  const read = (key: string) => {
    try {
      return storage.getItem(key);
    } catch {
      return null;
    }
  };
  return {
    token: () => read(tokenKey),
    keepToken: (token) => write(tokenKey, token),
    workspace: () => read(workspaceKey),
    keepWorkspace: (path) => write(workspaceKey, path),
    draft: (place) => read(`postern.draft.${place}`) ?? '',
    keepDraft: (place, text) => write(`postern.draft.${place}`, text),
    draftParts: (place) => draftPartsOf(read(`postern.draft.${place}.parts`)),
    keepDraftParts: (place, parts) =>
      write(`postern.draft.${place}.parts`, parts === null ? '' : JSON.stringify(parts)),
    mode: (place) => permissionModes.find((mode) => mode === read(`postern.mode.${place}`)) ?? null,
    keepMode: (place, mode) => write(`postern.mode.${place}`, mode ?? ''),
  };
}

/** What another version of the window wrote counts as nothing. */
function draftPartsOf(kept: string | null): DraftParts | null {
  try {
    const { workspace, model, files } = JSON.parse(kept ?? '{}');
    const texts = [workspace, model, ...files];
    return texts.every((each) => typeof each === 'string') ? { workspace, model, files } : null;
  } catch {
    return null;
  }
}
