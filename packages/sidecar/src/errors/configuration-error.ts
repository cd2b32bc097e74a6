import type { ErrorCode } from '@postern/contract';
import { Failure } from './failure.ts';

/** Postern cannot start like this. `exitCode` is a word of sysexits.h. */
export class ConfigurationError extends Failure {
  override readonly name = 'ConfigurationError';
  readonly exitCode: number;

  constructor(code: ErrorCode, exitCode: number, detail: string) {
    super(code, detail);
    this.exitCode = exitCode;
  }
}

/** Source: BSD sysexits.h. */
export const exitCodes = {
  usage: 64,
  unavailable: 69,
  cannotCreate: 73,
  inputOutput: 74,
  permission: 77,
  configuration: 78,
} as const;
