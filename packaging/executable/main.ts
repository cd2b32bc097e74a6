/**
 * Start of the single executable: unpacks the program's files, says where the Agent SDK's program is, and goes on as the installed
 * program does. Bundled to CommonJS, the only format Node 24 takes here.
 */
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { getAsset, getRawAsset } from 'node:sea';
import { keychainWord } from '../../packages/sidecar/src/store/keychain-word.ts';
import { findClaudeProgram } from './find-claude-program.ts';
import { readArchive } from './program-archive.ts';
import { unpackProgram } from './unpack-program.ts';

/** Source: BSD sysexits.h, EX_CANTCREAT. */
const cannotCreate = 73;
/** Commands that run a query: what is missing is better said now than after the prompt. */
const asking: ReadonlySet<string> = new Set(['start', 'ask', 'doctor']);

function main(): void {
  const isKeychain = process.argv[2] === keychainWord;
  const sdkVersion = getAsset('sdk-version', 'utf8');
  let directory: string;
  try {
    directory = unpackProgram(readArchive(getRawAsset('program') as ArrayBuffer), cacheDir());
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`postern: its files could not be unpacked. ${why}\n`);
    process.exitCode = cannotCreate;
    return;
  }
  const program = isKeychain
    ? null
    : findClaudeProgram({
        executable: process.execPath,
        platform: `${process.platform}-${process.arch}`,
        sdkVersion,
        environment: process.env,
      });
  if (program !== null) process.env['POSTERN_CLAUDE_PROGRAM'] = program;
  else if (process.argv.slice(2).some((word) => asking.has(word)))
    process.stderr.write(
      `postern: the Agent SDK’s program is missing, so nothing can be asked. Install it with
  npm install --global @anthropic-ai/claude-agent-sdk@${sdkVersion}
or put it beside ${process.execPath} as "claude", or set POSTERN_CLAUDE_PROGRAM to its path.\n`,
    );
  // A file's own `require` and `import` reach files; those of an embedded script reach only what is built into Node.
  createRequire(join(directory, 'launch.cjs'))(isKeychain ? './keychain.child.js' : './launch.cjs');
}

/** Source: XDG Base Directory Specification 0.8. A relative one is to be ignored. */
function cacheDir(): string {
  const given = process.env['XDG_CACHE_HOME'] ?? '';
  return isAbsolute(given) ? given : join(homedir(), '.cache');
}

main();
