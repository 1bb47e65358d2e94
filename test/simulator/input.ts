import type { z } from 'zod';
import { oidcException } from './exceptions.ts';
import { headerOf, type SimRequest } from './http.ts';

/** The JSON body of a request, validated. Throws InvalidRequestException. */
export function bodyOf<S extends z.ZodType>(request: SimRequest, schema: S): z.infer<S> {
  const type = headerOf(request, 'content-type')?.split(';')[0]?.trim();
  if (type !== 'application/json') {
    throw oidcException('InvalidRequestException', 'Content-Type must be application/json');
  }
  let value: unknown;
  try {
    value = JSON.parse(request.body);
  } catch {
    throw oidcException('InvalidRequestException', 'The body is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw oidcException(
    'InvalidRequestException',
    `Invalid parameter ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unreadable'}`,
  );
}

/** A member that a grant needs. Throws InvalidRequestException. */
export function required(name: string, value: string | undefined): string {
  if (value === undefined || value === '') {
    throw oidcException('InvalidRequestException', `Missing required parameter: ${name}`);
  }
  return value;
}
