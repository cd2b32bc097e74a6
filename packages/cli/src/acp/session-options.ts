import type { SessionConfigOption, SessionModeState } from '@agentclientprotocol/sdk';
import {
  type CredentialRef,
  type CredentialView,
  type PermissionMode,
  reasonInWords,
} from '@postern/contract';

/** What a session was set to. Null: what the settings say. */
export interface SessionChoices {
  readonly mode: PermissionMode;
  readonly model: string | null;
  /** Id of the credential that is tried first. */
  readonly payer: string | null;
}

/** A choice of the user's: which option, and its new value. */
export type OptionChange = Partial<SessionChoices>;

const modes: readonly { readonly id: PermissionMode; readonly name: string; readonly description: string }[] =
  [
    { id: 'ask', name: 'Ask', description: 'Asks before a tool changes a file or runs a command.' },
    {
      id: 'accept_edits',
      name: 'Accept edits',
      description: 'Changes files in the workspace without a question; asks before everything else.',
    },
    { id: 'plan', name: 'Plan', description: 'Reads and plans; changes nothing.' },
  ];

/** Names that the program resolves to its newest model of that kind. Source: program 2.1.332, measured with each of them. */
const modelAliases = ['fable', 'opus', 'sonnet', 'haiku'];
const unset = 'default';

/** The modes for clients that do not know configuration options. */
export function modeState(choices: SessionChoices): SessionModeState {
  return { currentModeId: choices.mode, availableModes: modes.map((mode) => ({ ...mode })) };
}

/**
 * The session's options: mode, model, and who pays.
 * @param now the credential that pays now; null: unknown
 */
export function configOptions(
  choices: SessionChoices,
  credentials: readonly CredentialView[],
  now: CredentialRef | null,
): SessionConfigOption[] {
  const present = credentials.filter(({ status }) => status !== 'absent' && status !== 'not_configured');
  const labelOf = (id: string): string => present.find((one) => one.id === id)?.label ?? id;
  const models = new Set([...modelAliases, ...(choices.model === null ? [] : [choices.model])]);
  return [
    {
      id: 'mode',
      name: 'Mode',
      category: 'mode',
      type: 'select',
      currentValue: choices.mode,
      options: modes.map(({ id, name, description }) => ({ value: id, name, description })),
    },
    {
      id: 'model',
      name: 'Model',
      category: 'model',
      type: 'select',
      currentValue: choices.model ?? unset,
      options: [
        { value: unset, name: 'Default', description: 'The model of your Postern settings.' },
        ...[...models].map((model) => ({ value: model, name: model })),
      ],
    },
    {
      id: 'payer',
      name: 'Payer',
      description: 'Which credential is tried first. Fallback stays as you set it in Postern.',
      category: '_payer',
      type: 'select',
      currentValue: choices.payer ?? unset,
      options: [
        {
          value: unset,
          name: now === null ? 'Automatic' : `Automatic (now: ${labelOf(now.id)})`,
          description: now === null ? 'The order of your Postern settings.' : now.payer,
        },
        ...present.map(({ id, label, payer, reason }) => ({
          value: id,
          name: label,
          description: reason === null ? payer : `${payer} (${reasonInWords(reason)})`,
        })),
      ],
    },
  ];
}

/** What an option's new value changes; null where there is no such option or value. */
export function optionChange(
  configId: string,
  value: unknown,
  credentials: readonly CredentialView[],
): OptionChange | null {
  if (typeof value !== 'string') return null;
  if (configId === 'mode') {
    const mode = modes.find(({ id }) => id === value)?.id;
    return mode === undefined ? null : { mode };
  }
  if (configId === 'model') return value === '' ? null : { model: value === unset ? null : value };
  if (configId !== 'payer') return null;
  if (value === unset) return { payer: null };
  return credentials.some(({ id }) => id === value) ? { payer: value } : null;
}
