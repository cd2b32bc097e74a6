import type { Receipt } from '@postern/contract';

const head = [
  'at',
  'conversation',
  'outcome',
  'model',
  'credential',
  'payer',
  'reason',
  'covered_by_plan',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cost_usd',
  'duration_ms',
  'receipt',
  'program',
  'not_reported_usd',
];

/**
 * Receipts as CSV, one line for each part: who paid what of a turn. What was not reported is of the whole turn and stands in its first line,
 * so that a column adds up. Source: RFC 4180.
 */
export function receiptsCsv(receipts: readonly Receipt[]): string {
  const lines = receipts.flatMap((receipt) =>
    receipt.parts.map((part, at) => [
      receipt.at,
      receipt.conversationId,
      receipt.outcome,
      receipt.model ?? '',
      part.credential.id,
      part.credential.payer,
      part.reason,
      part.covered ? 'yes' : 'no',
      part.usage.inputTokens,
      part.usage.outputTokens,
      part.usage.cacheReadTokens,
      part.usage.cacheWriteTokens,
      part.costUsd,
      receipt.durationMs,
      receipt.id,
      receipt.lease?.label ?? '',
      at === 0 ? (receipt.notReportedUsd ?? 0) : 0,
    ]),
  );
  return [head, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

/** A spreadsheet runs a cell that begins like a formula; an apostrophe makes it text. */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
