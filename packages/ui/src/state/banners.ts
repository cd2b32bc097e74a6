import type { CredentialKind, CredentialRef } from '@postern/contract';
import type { Facts, FactsAction } from './facts.ts';

/** One switch of credential that the user should know of. */
export interface Banner {
  readonly key: string;
  readonly from: CredentialRef;
  readonly to: CredentialRef;
  readonly reason: string;
  readonly at: string;
  /** True where this goes back to a credential that is tried earlier. */
  readonly back: boolean;
  /** True once the sidecar named it as what pays: from then on the banner goes when that changes. */
  readonly paid: boolean;
}

/** At most one is shown: the newest switch is the state one is in. The timeline keeps the rest. */
export interface Banners {
  readonly shown: Banner | null;
  /** The last switch that was announced, dismissed or not. */
  readonly lastKey: string | null;
}

/** A switch from a query's stream or the app's events: the same switch usually arrives in both. */
export interface SwitchHeard {
  readonly type: 'switch_heard';
  readonly from: CredentialRef;
  readonly to: CredentialRef;
  readonly reason: string;
  readonly at: string;
  readonly order: readonly CredentialKind[];
}

/** What changes the banners. */
export type BannerAction = SwitchHeard | { readonly type: 'banner_dismissed' } | FactsAction;

/** Before any switch. */
export const noBanners: Banners = { shown: null, lastKey: null };

/** The banners after an action. The same switch, received again before another one, changes nothing: not even what was dismissed. */
export function reduceBanners(banners: Banners, action: BannerAction): Banners {
  switch (action.type) {
    case 'banner_dismissed':
      return banners.shown === null ? banners : { ...banners, shown: null };
    case 'switch_heard': {
      const key = `${action.from.id}>${action.to.id}`;
      if (banners.lastKey === key || action.from.id === action.to.id) return banners;
      const { from, to, reason, at, order } = action;
      const back = reason === 'preferred' || order.indexOf(to.kind) < order.indexOf(from.kind);
      return { shown: { key, from, to, reason, at, back, paid: false }, lastKey: key };
    }
    case 'facts_loaded': {
      const { shown } = banners;
      if (shown === null) return banners;
      if (!stillTrue(shown, action.facts)) return noBanners;
      const paid = shown.paid || action.facts.status?.activeCredential?.id === shown.to.id;
      return paid === shown.paid ? banners : { ...banners, shown: { ...shown, paid } };
    }
    default:
      return banners;
  }
}

/** Whether what took over is still there, and pays. Before it was seen to pay, a look may be older than the switch. */
function stillTrue({ to, paid }: Banner, { status, credentials }: Partial<Facts>): boolean {
  if (credentials != null) {
    const view = credentials.find((each) => each.id === to.id);
    if (view === undefined || view.status === 'absent') return false;
  }
  if (status == null) return true;
  const { activeCredential } = status;
  return activeCredential !== null && (!paid || activeCredential.id === to.id);
}
