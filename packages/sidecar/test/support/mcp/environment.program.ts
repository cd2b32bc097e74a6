/** A real MCP server on stdin and stdout whose one tool gives its whole environment, its folder and its arguments. */
import { appendFileSync } from 'node:fs';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

if (process.env['STARTED_FILE']) appendFileSync(process.env['STARTED_FILE'], `${process.pid}\n`);
if (process.env['FAILS']) {
  process.stderr.write(`${process.env['FAILS']}\n`);
  process.exit(3);
}
if (process.env['LINGERS']) setInterval(() => {}, 1_000);
const server = new McpServer({ name: 'environment', version: '1.0.0' });
const facts = () => ({
  content: [
    {
      type: 'text' as const,
      text: JSON.stringify({ environment: process.env, cwd: process.cwd(), args: process.argv.slice(2) }),
    },
  ],
});
server.registerTool(
  'dump',
  { description: 'Gives the environment', annotations: { readOnlyHint: true } },
  facts,
);
server.registerTool('leave', { description: 'Ends the server' }, () => process.exit(4));
await server.connect(new StdioServerTransport());
