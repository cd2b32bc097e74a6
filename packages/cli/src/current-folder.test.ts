import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CommandWorld, createCommandWorld } from '../test/command-world.ts';

let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
});
afterEach(() => world.close());

const asked = () => world.sidecar.requests.map(({ method, url }) => `${method} ${url}`);
const commands = [
  [['ask', 'Hello', '--workspace', ''], '--workspace'],
  [['ask', 'Hello', '--attach', ''], '--attach'],
  [['trust', '', '--yes'], 'The folder'],
  [['open', ''], 'The folder'],
  [['mcp', 'login', 'notes', '--folder', ''], '--folder'],
  [['mcp', 'logout', 'notes', '--folder='], '--folder'],
  [['doctor', '--bundle', ''], '--bundle'],
  [['import', '--file', ''], '--file'],
] as const;

it.each(commands)(
  'an empty folder or file is no folder, least of all the current one: %j',
  async (argv, what) => {
    const { exitCode, stdout, stderr } = await world.run(argv);
    expect([exitCode, stdout]).toEqual([64, '']);
    expect(stderr).toContain(`${what} is empty`);
    expect(asked().filter((each) => each !== 'GET /health')).toEqual([]);
  },
);
