/** Checks documents against the contract without a running Postern: `node examples/contract.ts`. */
import {
  errorTable,
  isErrorCode,
  problemOf,
  queryEventSchemas,
  settingsPatchSchema,
} from '@postern/contract';

// The same schemas that validate a request describe it in OpenAPI.
const patch = settingsPatchSchema.safeParse({ fallback: { onUsageLimit: 'ask', capUsdPerDay: 2.5 } });
process.stdout.write(`${patch.success}\n`);

// A misspelt member is an error, not something to ignore.
const misspelt = settingsPatchSchema.safeParse({ falback: {} });
process.stdout.write(`${misspelt.error?.issues[0]?.message}\n`);

// Every event of a query has a schema.
const { text } = queryEventSchemas.assistant_text.parse(JSON.parse('{"text":"Hello"}'));
process.stdout.write(`${text}\n`);

// Every error code has a title, a next step, an HTTP status, and says whether time alone may help.
const code = 'refresh_unavailable';
if (isErrorCode(code)) process.stdout.write(`${problemOf(code).status} ${errorTable[code].title}\n`);
