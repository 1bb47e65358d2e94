import { type OidcExceptionName, oidcExceptions } from '../../simulator/exceptions.ts';
import type { IssuedKey } from '../../simulator/keys.ts';
import type { SimulatorOptions } from '../../simulator/simulator.ts';
import type { Stage } from '../oidc-stage.ts';

export type OidcOperation =
  | 'RegisterClient'
  | 'StartDeviceAuthorization'
  | 'CreateToken'
  | 'CreateTokenWithIAM';
export type PortalOperation = 'ListAccounts' | 'ListAccountRoles' | 'GetRoleCredentials' | 'Logout';

/** What a client is to send: members by their names in the service model. */
export interface Call {
  readonly input: Readonly<Record<string, unknown>>;
  /** For CreateTokenWithIAM. */
  readonly keys?: IssuedKey;
  /** Instead of the simulator's own. */
  readonly region?: string;
}

/** What came of a call, in words that every client can be brought to. */
export type Outcome =
  | { readonly result: unknown }
  | {
      readonly exception: string;
      readonly status: number;
      /** Modelled members beside the message: `error`, `reason`, `endpoint`, `region`. */
      readonly members?: Readonly<Record<string, string>>;
    };

export interface Scenario {
  /** Reads on from the operation's name. */
  readonly name: string;
  readonly operation: OidcOperation | PortalOperation;
  readonly options?: SimulatorOptions;
  /** Brings the simulator to where the call is made. */
  arrange(stage: Stage): Promise<Call>;
  /** May hold asymmetric matchers. */
  readonly expected: Outcome;
}

/** An SSO-OIDC exception as the model has it. */
export function oidcFailure(
  exception: OidcExceptionName,
  members: Readonly<Record<string, string>> = {},
): Outcome {
  const { status, error } = oidcExceptions[exception];
  return { exception, status, members: { error, ...members } };
}

/** The scenarios of exceptions that nothing but the service itself can bring about. */
export function injected(
  operation: OidcOperation,
  exceptions: readonly (readonly [OidcExceptionName, Readonly<Record<string, string>>?])[],
  arrange: Scenario['arrange'],
): Scenario[] {
  return exceptions.map(([name, members = {}]) => ({
    name: `can fail with ${[name, ...Object.values(members)].join(' ')}`,
    operation,
    async arrange(stage) {
      const call = await arrange(stage);
      stage.simulator.faults.inject(operation, { kind: 'exception', name, members });
      return call;
    },
    expected: oidcFailure(name, members),
  }));
}

/** The reasons that the model gives for InvalidRequestException. */
export const kmsReasons = [
  'KMS_NotFoundException',
  'KMS_InvalidKeyUsageException',
  'KMS_InvalidStateException',
  'KMS_DisabledException',
] as const;
