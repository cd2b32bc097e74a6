import {
  type ChosenSettings,
  chosenSettingsSchema,
  defaultSettings,
  type FallbackPolicy,
} from '@postern/contract';
import { ZodArray, ZodOptional, ZodRecord, type ZodType } from 'zod';
import type { ChosenSettingsPatch } from './settings-store.ts';

/** A stored settings record as it can be used. */
export interface ReadSettings {
  readonly settings: ChosenSettings;
  /** Members that could not be read, in part or as a whole: `theme`, `alwaysAllow`, `fallback.onUsageLimit`. */
  readonly unreadable: readonly string[];
}

/**
 * What a member counts as while it cannot be read. A policy is the strictest the user may have chosen: nothing is paid for by another
 * credential, and nothing is spent. `ask` is the strictest permission mode here: like `plan` it changes nothing without the user's yes,
 * but it leaves the product usable. The default order tries what costs nothing extra first and the API key last.
 */
const strictestFallback: Required<FallbackPolicy> = {
  onAuthFailure: 'never',
  onUsageLimit: 'never',
  capUsdPerDay: 0,
  capUsdPerTurn: 0,
  capUsdPerMonth: 0,
  capUsdPerWorkspacePerDay: 0,
  waitAtMostHours: 0,
};
const strictest: ChosenSettings = { ...defaultSettings, fallback: strictestFallback, permissionMode: 'ask' };

const inside = 'fallback.';
type Members = Readonly<Record<string, unknown>>;
const shape: Readonly<Record<string, ZodType>> = chosenSettingsSchema.shape;
const fallbackShape: Readonly<Record<string, ZodType>> = chosenSettingsSchema.shape.fallback.shape;

/**
 * Reads a stored record member by member, lists and maps entry by entry: a damaged one never takes another down, and never counts as
 * something more lenient than what was chosen. `null` is a record that was never written: the defaults. Every record ever written holds
 * every member that is not optional, so that one that lacks such a member is damaged as well.
 */
export function readSettings(document: unknown): ReadSettings {
  if (document === null) return { settings: defaultSettings, unreadable: [] };
  const members = membersOf(document);
  const fallback = readMembers(membersOf(members['fallback']), fallbackShape, strictestFallback);
  const { fallback: _, ...others } = shape;
  const rest = readMembers(members, others, strictest);
  return {
    settings: chosenSettingsSchema.parse({ ...rest.values, fallback: fallback.values }),
    unreadable: [...fallback.unreadable.map((name) => `${inside}${name}`), ...rest.unreadable],
  };
}

/**
 * What to store when `patch` has made `next` of a record: members that could not be read stay as they are until the user sets them, so
 * that changing the theme does not turn a substitute for a policy into the user's choice.
 */
export function recordToStore(
  document: unknown,
  patch: ChosenSettingsPatch,
  next: ChosenSettings,
): Readonly<Record<string, unknown>> {
  const stored = membersOf(document);
  const { unreadable } = readSettings(document);
  const inFallback = unreadable.flatMap((name) =>
    name.startsWith(inside) ? [name.slice(inside.length)] : [],
  );
  return {
    ...keepStored(next, stored, unreadable, patch),
    fallback: keepStored(next.fallback, membersOf(stored['fallback']), inFallback, patch.fallback ?? {}),
  };
}

function keepStored(
  values: Members,
  stored: Members,
  unreadable: readonly string[],
  chosen: Members,
): Members {
  const kept = unreadable.filter((name) => Object.hasOwn(values, name) || Object.hasOwn(stored, name));
  const stays = kept.filter((name) => chosen[name] === undefined);
  return { ...values, ...Object.fromEntries(stays.map((name) => [name, stored[name]])) };
}

function readMembers(
  stored: Members,
  schemas: Readonly<Record<string, ZodType>>,
  substitutes: Members,
): { readonly values: Members; readonly unreadable: readonly string[] } {
  const values: Record<string, unknown> = {};
  const unreadable: string[] = [];
  for (const [name, schema] of Object.entries(schemas)) {
    const found = readValue(schema, stored[name]);
    if (!found.whole) unreadable.push(name);
    const value = found.readable ? found.value : substitutes[name];
    if (value !== undefined) values[name] = value;
  }
  return { values, unreadable };
}

interface ReadValue {
  readonly readable: boolean;
  readonly value: unknown;
  /** False where something of it, or all of it, could not be read. */
  readonly whole: boolean;
}

/** A value, without the entries of lists and maps that do not fit the schema. */
function readValue(schema: ZodType, stored: unknown): ReadValue {
  const parsed = schema.safeParse(stored);
  if (parsed.success) return { readable: true, value: parsed.data, whole: true };
  const rest = schema.safeParse(fittingEntries(schema, stored));
  return { readable: rest.success, value: rest.data, whole: false };
}

function fittingEntries(schema: ZodType, stored: unknown): unknown {
  if (schema instanceof ZodOptional) return fittingEntries(schema.unwrap() as ZodType, stored);
  if (schema instanceof ZodArray && Array.isArray(stored))
    return stored.flatMap((each: unknown) => {
      const { readable, value } = readValue(schema.element as ZodType, each);
      return readable ? [value] : [];
    });
  if (schema instanceof ZodRecord) {
    const entries = Object.entries(membersOf(stored)).flatMap(([key, each]) => {
      const { readable, value } = readValue(schema.valueType as ZodType, each);
      return readable && (schema.keyType as ZodType).safeParse(key).success ? [[key, value] as const] : [];
    });
    return isMembers(stored) ? Object.fromEntries(entries) : undefined;
  }
  return undefined;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function membersOf(value: unknown): Members {
  return isMembers(value) ? value : {};
}
