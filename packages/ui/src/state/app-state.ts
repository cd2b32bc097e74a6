import { type BannerAction, type Banners, noBanners, reduceBanners } from './banners.ts';
import {
  type ClaudeCodeAction,
  type ClaudeCodeStep,
  claudeCodeClosed,
  reduceClaudeCode,
} from './claude-code-step.ts';
import { type Connection, type ConnectionAction, reduceConnection } from './connection.ts';
import { type Facts, type FactsAction, noFacts, reduceFacts } from './facts.ts';
import { type History, type HistoryAction, noHistory, reduceHistory } from './history.ts';
import {
  type LeaseQuestionAction,
  reduceLeaseQuestions,
  type ShownLeaseQuestion,
} from './lease-questions.ts';
import { type LedgerAction, type LedgerState, noLedger, reduceLedger } from './ledger-state.ts';
import { noWorkAnywhere, reduceWork, type WorkAction, type WorkByPlace } from './pending-operation.ts';
import type { Route } from './route.ts';
import { reduceSignIn, type SignInAction, type SignInStep, signInClosed } from './sign-in-step.ts';
import { noThreads, reduceThreads, type ThreadAction, type Threads } from './threads.ts';
import {
  noUsageNotice,
  reduceUsageNotices,
  type UsageNoticeAction,
  type UsageNotices,
} from './usage-notice.ts';

/** Everything the app knows, each part with a reducer in the module it belongs to. */
export interface AppState {
  readonly route: Route;
  readonly connection: Connection;
  readonly facts: Facts;
  readonly banners: Banners;
  readonly usageNotices: UsageNotices;
  readonly leaseQuestions: readonly ShownLeaseQuestion[];
  readonly signIn: SignInStep;
  readonly claudeCode: ClaudeCodeStep;
  readonly work: WorkByPlace;
  readonly threads: Threads;
  readonly history: History;
  readonly ledger: LedgerState;
}

/** Everything that can happen to it. */
export type Action =
  | { readonly type: 'route_changed'; readonly route: Route }
  | ConnectionAction
  | FactsAction
  | BannerAction
  | UsageNoticeAction
  | LeaseQuestionAction
  | SignInAction
  | ClaudeCodeAction
  | WorkAction
  | ThreadAction
  | HistoryAction
  | LedgerAction;

/** The state before the first event, at a place. */
export function initialState(route: Route): AppState {
  return {
    route,
    connection: { state: 'starting' },
    facts: noFacts,
    banners: noBanners,
    usageNotices: noUsageNotice,
    leaseQuestions: [],
    signIn: signInClosed,
    claudeCode: claudeCodeClosed,
    work: noWorkAnywhere,
    threads: noThreads,
    history: noHistory,
    ledger: noLedger,
  };
}

/** The state after an action. Every reducer sees every action and leaves those of the others alone. */
export function reduceApp(state: AppState, action: Action): AppState {
  const next: AppState = {
    route: action.type === 'route_changed' ? action.route : state.route,
    connection: reduceConnection(state.connection, action as ConnectionAction),
    facts: reduceFacts(state.facts, action as FactsAction),
    banners: reduceBanners(state.banners, action as BannerAction),
    leaseQuestions: reduceLeaseQuestions(state.leaseQuestions, action as LeaseQuestionAction),
    usageNotices: reduceUsageNotices(state.usageNotices, action as UsageNoticeAction),
    signIn: reduceSignIn(state.signIn, action as SignInAction),
    claudeCode: reduceClaudeCode(state.claudeCode, action as ClaudeCodeAction),
    work: reduceWork(state.work, action as WorkAction),
    threads: reduceThreads(state.threads, action as ThreadAction),
    history: reduceHistory(state.history, action as HistoryAction),
    ledger: reduceLedger(state.ledger, action as LedgerAction),
  };
  const changed = (Object.keys(next) as (keyof AppState)[]).some((part) => next[part] !== state[part]);
  return changed ? next : state;
}
