/** What crosses HTTP: schemas, the error table, event shapes. Runs anywhere and does nothing. */
export {
  type AgentQuestion,
  type Asker,
  type GivenAnswer,
  type QuestionAnswer,
  type QuestionRequest,
  questionAnswerSchema,
} from './agent-question.ts';
export {
  type AllowRule,
  allowRuleInWords,
  type FileTool,
  fileTools,
  formatAllowRule,
  longestRule,
  type NarrowedRules,
  narrowRules,
  parseAllowRule,
} from './allow-rule.ts';
export { answerFault, answerTo, type GivenAnswers } from './answer-fault.ts';
export {
  type AppEvent,
  type AppEventName,
  appEventSchemas,
  eventsRequestSchema,
  type FollowedQueryEvent,
  followedQueryEventSchema,
  followRequestSchema,
  leaveRequestSchema,
  type UsageNotice,
} from './app-event.ts';
export {
  type AuthStatus,
  authStatusSchema,
  type ForwardedCallback,
  forwardedCallbackSchema,
  type Revocation,
  type SignedOut,
  type SignInStarted,
  type SignInState,
  type StoreHealth,
  type StoreKind,
  signedOutSchema,
  signInStartedSchema,
  storeKinds,
} from './auth-status.ts';
export {
  type ClaudeCodeStatus,
  claudeCodeLoginRequestSchema,
  claudeCodeStatusSchema,
} from './claude-code.ts';
export {
  type Conversation,
  type ConversationChange,
  type ConversationItem,
  type ConversationPage,
  type ConversationSummary,
  conversationChangeSchema,
  conversationListRequestSchema,
  conversationPageSchema,
  conversationSchema,
  conversationSummarySchema,
  type GapReason,
  type RunningTurn,
  runningTurnSchema,
  type SentFile,
  subagentSchema,
} from './conversation.ts';
export {
  type CredentialKind,
  type CredentialRef,
  type CredentialView,
  credentialKinds,
  credentialListSchema,
  credentialViewSchema,
} from './credential.ts';
export { type Diagnostics, diagnosticsSchema, type Finding } from './diagnostics.ts';
export type { ErrorRow } from './error-row.ts';
export { type ErrorCode, errorTable, isErrorCode } from './error-table.ts';
export {
  type Attachment,
  attachmentSchema,
  type FolderList,
  folderListSchema,
  mostSeenBytes,
} from './files.ts';
export { gapInWords, notKeptInWords, skippedInWords } from './gap-in-words.ts';
export { holdsCredential } from './holds-credential.ts';
export {
  type Lease,
  type LeaseGrant,
  type LeaseQuestion,
  type LeaseRequest,
  leaseGrantSchema,
  leaseListSchema,
  leaseRequestSchema,
  leaseSchema,
} from './lease.ts';
export {
  type CapScope,
  capScopeSchema,
  type Receipt,
  type RefreshedUsage,
  receiptPageSchema,
  refreshedUsageSchema,
  type Spend,
  type TimelineEntry,
  timelinePageSchema,
  type Usage,
  type UsageRefresh,
  type UsageWindow,
  usageSchema,
} from './ledger.ts';
export { longestPrompt } from './longest-prompt.ts';
export {
  holdsPassword,
  isMcpSecretName,
  isMcpServerName,
  isReservedVariable,
  isSecretName,
  type McpServerWithoutSecrets,
  takeSecretsOut,
} from './mcp-names.ts';
export { mcpServerNotice } from './mcp-notice.ts';
export { type PastedServers, readPastedServers } from './mcp-paste.ts';
export {
  type EditorServers,
  type McpSecretRequest,
  type McpServer,
  type McpServerList,
  type McpServerState,
  type McpServerView,
  type McpSignIn,
  type McpSignInRequest,
  type McpSignInStarted,
  mcpSecretRequestSchema,
  mcpServerListSchema,
  mcpServerSchema,
  mcpSignInRequestSchema,
  mcpSignInSchema,
  mcpSignInStartedSchema,
} from './mcp-server.ts';
export { capDollars, capInWords, dollars, dollarsAtMost, dollarsTo } from './money-in-words.ts';
export { mostAttachments } from './most-attachments.ts';
export { type Page, pageRequestSchema } from './page.ts';
export { type PermissionMode, permissionModes } from './permission-mode.ts';
export { type Problem, problemMediaType, problemOf, problemSchema } from './problem.ts';
export { isSamePrompt, sharedPromptId } from './prompt-id.ts';
export {
  type Approval,
  approvalSchema,
  type ConversationRequest,
  continueSchema,
  conversationRequestSchema,
  type QueryEvent,
  type QueryEventName,
  type QueryRequest,
  queryEventSchemas,
  queryModeSchema,
  queryRequestSchema,
  type ReservedConversation,
  reservedConversationSchema,
  stopCommandSchema,
} from './query.ts';
export { reasonInWords } from './reason-in-words.ts';
export type { ReceiptPart, TokenUsage } from './receipt-part.ts';
export { type Rewind, type RewindRequest, rewindRequestSchema, rewindSchema } from './rewind.ts';
export {
  apiKeySchema,
  type ChosenSettings,
  chosenSettingsSchema,
  defaultSettings,
  type FallbackPolicy,
  type Settings,
  type SettingsPatch,
  settingsPatchSchema,
  settingsSchema,
  settingsSchemaVersion,
} from './settings.ts';
export {
  doneSchema,
  emptyBodySchema,
  type Health,
  healthSchema,
  type ReadyLine,
  type SidecarFile,
  type StartingFile,
  type StartWait,
  sessionRequestSchema,
  sessionSchema,
  sidecarFileSchema,
  type Ticket,
  ticketSchema,
} from './sidecar.ts';
export { type StopNotice, stopNotice } from './stop-notice.ts';
export {
  isTaskCall,
  type Task,
  type TaskCall,
  type TaskResult,
  tasksAfterCall,
  tasksAfterResult,
} from './task-list.ts';
export { timesInText } from './times-in-text.ts';
export {
  describeToolCall,
  mcpToolOf,
  type ToolCallDescription,
  type ToolCallPart,
  type ToolCaution,
  toolCautionSentences,
} from './tool-call.ts';
export type { DeniedBy } from './tool-result.ts';
export { usageNoticeText } from './usage-notice-text.ts';
export {
  hasHiddenText,
  lookAlikeWords,
  type TextSegment,
  textSegments,
  visibleText,
} from './visible-text.ts';
export { windowInWords, windowStatusInWords } from './window-in-words.ts';
export {
  type WorkspaceItem,
  type WorkspaceLook,
  type WorkspaceTrustRequest,
  workspaceLookSchema,
  workspaceTrustRequestSchema,
} from './workspace.ts';
