import type { Check } from '../../../shared/commands/checks.ts';
import { asKeyfobError } from '../../../shared/errors.ts';

/** Something that works, and may surprise. */
export function warning(id: string, message: string, hint: string): Check {
  return { id, status: 'warning', message, hint };
}

/** Something that does not work. */
export function failure(id: string, message: string, hint: string): Check {
  return { id, status: 'failure', message, hint };
}

/** What kept a check from being made. */
export function failureFrom(id: string, error: unknown): Check {
  const { message, hint } = asKeyfobError(error);
  return { id, status: 'failure', message, ...(hint === undefined ? {} : { hint }) };
}
