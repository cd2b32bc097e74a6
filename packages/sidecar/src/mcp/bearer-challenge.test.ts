import { expect, it } from 'vitest';
import { readChallenge } from './bearer-challenge.ts';

const nothing = { error: null, metadataUrl: null, scopes: null };
const url = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp';

it.each([
  [null, nothing],
  ['', nothing],
  ['Basic realm="x"', nothing],
  ['Bearer', nothing],
  ['Bearer abc==', nothing],
  [`Bearer resource_metadata="${url}"`, { ...nothing, metadataUrl: url }],
  [`Basic realm="a, b", Bearer realm="r", RESOURCE_METADATA=${url}`, { ...nothing, metadataUrl: url }],
  [
    'bearer error="insufficient_scope", scope="files:read  files:write files:read"',
    {
      error: 'insufficient_scope',
      metadataUrl: null,
      scopes: ['files:read', 'files:write'],
    },
  ],
  ['Bearer error="a \\"quoted\\" word", DPoP scope="x"', { ...nothing, error: 'a "quoted" word' }],
  ['Bearer resource_metadata="not an address", scope="\u00e9 ok"', { ...nothing, scopes: ['ok'] }],
])('reads what %j wants', (header, expected) => {
  const { metadataUrl, ...rest } = readChallenge(header);
  expect({ ...rest, metadataUrl: metadataUrl?.href ?? null }).toEqual(expected);
});
