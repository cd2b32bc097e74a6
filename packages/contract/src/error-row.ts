/** One row of the error table: HTTP status, whether time alone may help, what happened, what to do. */
export interface ErrorRow {
  readonly status: number;
  readonly retryable: boolean;
  readonly title: string;
  readonly nextStep: string;
}

/** Builds one row; the order is that of the interface. */
export function row(status: number, retryable: boolean, title: string, nextStep: string): ErrorRow {
  return { status, retryable, title, nextStep };
}
