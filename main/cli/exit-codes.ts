import type { ErrorCode } from '../../shared/errors.ts';

/** What the command ends with. Scripts may rely on these. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  signInRequired: 3,
  noHelper: 4,
  refused: 5,
  /** 128 + SIGINT, as shells do. */
  interrupted: 130,
} as const;

const byCode: Partial<Record<ErrorCode, number>> = {
  invalid_input: exitCodes.usage,
  invalid_start_url: exitCodes.usage,
  invalid_region: exitCodes.usage,
  unknown_command: exitCodes.usage,
  sign_in_required: exitCodes.signInRequired,
  no_helper: exitCodes.noHelper,
  helper_version: exitCodes.noHelper,
  helper_stopping: exitCodes.noHelper,
  refused: exitCodes.refused,
  sign_in_denied: exitCodes.refused,
  sign_in_cancelled: exitCodes.refused,
};

/** The exit code for a failure; 1 where nothing more special fits. */
export function exitCodeFor(code: ErrorCode): number {
  return byCode[code] ?? exitCodes.failed;
}
