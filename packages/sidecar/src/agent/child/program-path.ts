import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { QueryFailure } from '../../errors/index.ts';

/**
 * Absolute path of the Agent SDK's unmodified program: the configured one, else the one the SDK installed for this
 * platform. @throws QueryFailure `agent_program_missing`
 */
export async function programPath(configured: string | null): Promise<string> {
  const candidates = configured === null ? installedPrograms() : [configured];
  for (const candidate of candidates) {
    const found = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return candidate;
  }
  throw new QueryFailure('agent_program_missing');
}

/** Source: optionalDependencies of @anthropic-ai/claude-agent-sdk 0.3.330. */
function installedPrograms(): readonly string[] {
  const require = createRequire(fileURLToPath(import.meta.resolve('@anthropic-ai/claude-agent-sdk')));
  const platform = `${process.platform}-${process.arch}`;
  const file = process.platform === 'win32' ? 'claude.exe' : 'claude';
  const names = process.platform === 'linux' ? [platform, `${platform}-musl`] : [platform];
  return names.flatMap((name) => {
    try {
      return [require.resolve(`@anthropic-ai/claude-agent-sdk-${name}/${file}`)];
    } catch {
      return [];
    }
  });
}
