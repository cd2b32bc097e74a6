import { isSea } from 'node:sea';
import { fileURLToPath } from 'node:url';
import { type KeychainCommand, type KeychainEnvironment, KeychainProcess } from './keychain-process.ts';
import { keychainWord } from './keychain-word.ts';

/** The operating system's keychain. */
export function osKeychainEntries(environment: KeychainEnvironment): KeychainProcess {
  return new KeychainProcess(keychainCommand(), environment);
}

/** The bundle lays the file beside its own, as JavaScript; the single executable holds it, and starts itself. */
function keychainCommand(): KeychainCommand {
  if (isSea()) return { program: process.execPath, args: [keychainWord] };
  const file = import.meta.url.endsWith('.ts') ? './keychain.child.ts' : './keychain.child.js';
  return { program: process.execPath, args: [fileURLToPath(new URL(file, import.meta.url))] };
}
