import { approveOverHttp } from '@postern/sandbox';
import type { Rooms } from './open-rooms.ts';

/** Signs in as a person does, the browser played by plain HTTP. False where it did not come to that. */
export async function signInOverHttp({ signIns }: Pick<Rooms, 'signIns'>): Promise<boolean> {
  const { authorizationUrl } = await signIns.start({ restart: true, credentialId: null });
  const redirect = new URL(await approveOverHttp(authorizationUrl));
  const { status } = await signIns.completeFromBrowser({ parameters: redirect.searchParams });
  return status === 200;
}
