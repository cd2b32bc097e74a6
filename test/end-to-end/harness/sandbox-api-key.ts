/** A key of the right shape; `acceptKey` makes the sandbox know it. */
export const sandboxApiKey = 'sk-ant-api03-end-to-end-tests-of-postern-7f3a';

/** Makes a sandbox accept `sandboxApiKey`. @param url the sandbox's own */
export async function acceptKey(url: string): Promise<void> {
  const response = await fetch(`${url}/sandbox/key`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key: sandboxApiKey }),
  });
  if (!response.ok) throw new Error(`the sandbox did not take the key: ${response.status}`);
}
