/** Passkeys belong to a host name: after PUBLIC_URL got another one they are of no use, which nobody sees coming. */

import type { DeviceStore } from './account-store.ts';

/** What to tell whoever started Tidegate; undefined where every passkey can be used. */
export async function describeOtherSites(deps: {
  store: Pick<DeviceStore, 'countByRpId'>;
  rpId: string;
}): Promise<string | undefined> {
  const counts = await deps.store.countByRpId();
  const others = counts.filter(({ rpId }) => rpId !== deps.rpId);
  if (others.length === 0) return undefined;
  const usable = counts.find(({ rpId }) => rpId === deps.rpId)?.passkeys ?? 0;
  const lost = others.map(({ rpId, passkeys }) => `${passkeys} for ${rpId}`).join(', ');
  return (
    `Some passkeys were made for another host name than PUBLIC_URL has now (${deps.rpId}) and cannot be used here: ` +
    `${lost}; ${usable} can. Set PUBLIC_URL back, or give their owners a recovery link (npm run recover).`
  );
}
