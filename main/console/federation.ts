import { z } from 'zod';
import { KeyfobError } from '../../shared/errors.ts';
import type { AwsCredentials } from '../accounts/source.ts';
import type { Ports } from '../ports.ts';
import { createServerClock, createUpstream } from '../upstream.ts';
import { type ConsolePage, signInUrl } from './hosts.ts';

const answerSchema = z.object({ SigninToken: z.string().min(1).max(16_384) });

export interface ConsoleWish extends ConsolePage {
  readonly region: string;
  /** Absent: as long as the credentials. AWS refuses it for chained roles. */
  readonly durationSeconds?: number | undefined;
}

/**
 * The address that opens the AWS console signed in as `credentials` (IAM User Guide, custom
 * identity broker access to the console). It is secret: whoever has it is signed in. Rejects with
 * `console_unavailable`, `forbidden`, `response_invalid`, and upstream's codes.
 */
export async function consoleAddress(
  credentials: AwsCredentials,
  { region, durationSeconds, ...page }: ConsoleWish,
  ports: Pick<Ports, 'clock' | 'env' | 'fetch' | 'log' | 'random'>,
  signal: AbortSignal,
): Promise<string> {
  const { federation, destination } = signInUrl(region, ports.env, page);
  const upstream = createUpstream({ ...ports, serverClock: createServerClock(ports.clock) });
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const session = { sessionId: accessKeyId, sessionKey: secretAccessKey, sessionToken };
  const question = new URL(federation);
  question.searchParams.set('Action', 'getSigninToken');
  question.searchParams.set('Session', JSON.stringify(session));
  if (durationSeconds !== undefined) {
    question.searchParams.set('SessionDuration', String(durationSeconds));
  }
  const { status, text } = await upstream.request({
    operation: 'getSigninToken',
    url: question.href,
    method: 'GET',
    headers: { Accept: 'application/json' },
    signal,
  });
  if (status !== 200) throw refusedByConsole(status, durationSeconds !== undefined);
  const login = new URL(federation);
  login.searchParams.set('Action', 'login');
  login.searchParams.set('Issuer', '');
  login.searchParams.set('Destination', destination);
  login.searchParams.set('SigninToken', tokenIn(text));
  return login.href;
}

function tokenIn(text: string): string {
  try {
    return answerSchema.parse(JSON.parse(text)).SigninToken;
  } catch {
    throw new KeyfobError('response_invalid', "The AWS console's answer could not be read.", {
      hint: 'Try again. If it stays, a proxy may have answered instead of AWS: run `keyfob doctor`.',
    });
  }
}

/** Its message is not passed on: it may repeat what was sent. */
function refusedByConsole(status: number, withDuration: boolean): KeyfobError {
  const code = status >= 500 || status === 429 ? 'upstream_error' : 'forbidden';
  return new KeyfobError(code, `The AWS console did not take the credentials (HTTP ${status}).`, {
    hint: withDuration
      ? 'Try again without a duration: AWS takes none for roles assumed from other roles, nor one that is longer than the role allows.'
      : 'Try again in a moment. If it stays, the account may not be allowed to use the console.',
    details: { status },
  });
}
