/** The part of `oidc-provider` that the tests use; the package brings no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';
  import type { JWK } from 'jose';

  export interface Client {
    readonly clientId: string;
    readonly clientSecret?: string;
    readonly clientName?: string;
    readonly clientAuthMethod: string;
    readonly userinfoSignedResponseAlg?: string;
    readonly userinfoEncryptedResponseAlg?: string;
    readonly userinfoEncryptedResponseEnc?: string;
    readonly jwks?: { readonly keys: readonly JWK[] };
    grantTypeAllowed(name: string): boolean;
  }

  export interface Token {
    readonly kind: string;
    readonly tokenType: string;
    readonly accountId: string;
    readonly clientId: string;
    readonly grantId: string;
    readonly scope?: string;
    readonly scopes: Set<string>;
    readonly isValid: boolean;
    readonly expiration: number;
    readonly exp?: number;
    readonly extra?: Record<string, unknown>;
    resourceServer?: unknown;
    setThumbprint(kind: 'jkt', value: string): void;
    save(): Promise<string>;
  }

  interface Adapter {
    destroy(id: string): Promise<void>;
    revokeByGrantId(grantId: string): Promise<void>;
  }

  interface TokenModel {
    new (properties: Record<string, unknown>): Token;
    find(value: string): Promise<Token | undefined>;
    readonly adapter: Adapter;
  }

  export interface Grant {
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  }

  export interface IdToken {
    scope: string;
    set(name: string, value: unknown): void;
    issue(options: { use: 'idtoken' }): Promise<string>;
  }

  export interface Interaction {
    readonly uid: string;
    readonly prompt: { readonly name: string };
    readonly params: Record<string, unknown>;
    readonly session?: { readonly accountId?: string };
  }

  export interface Context {
    readonly req: IncomingMessage;
    readonly res: ServerResponse;
    readonly method: string;
    readonly path: string;
    readonly query: Record<string, string | string[] | undefined>;
    body: unknown;
    status: number;
    type: string;
    get(header: string): string;
    set(header: string, value: string): void;
    readonly oidc: {
      readonly client: Client;
      readonly params: Record<string, string | string[] | undefined>;
      readonly provider: Provider;
      urlFor(name: string, options?: Record<string, string>): string;
      entity(name: string, value: unknown): void;
    };
  }

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    readonly issuer: string;
    readonly AccessToken: TokenModel;
    readonly RefreshToken: TokenModel;
    readonly ClientCredentials: TokenModel;
    readonly Grant: new (properties: {
      accountId: string;
      clientId: string;
    }) => Grant;
    readonly Client: { find(id: string): Promise<Client | undefined>; readonly adapter: Adapter };
    readonly IdToken: {
      new (claims: Record<string, unknown>, options: { ctx: Context }): IdToken;
      validate(
        token: string,
        client: Client,
      ): Promise<{ readonly payload: Record<string, unknown> }>;
    };
    readonly ResourceServer: new (
      identifier: string,
      info: Record<string, unknown>,
    ) => unknown;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    use(middleware: (ctx: Context, next: () => Promise<void>) => Promise<void>): this;
    on(event: string, listener: (...given: unknown[]) => void): this;
    registerGrantType(
      name: string,
      handler: (ctx: Context) => Promise<void>,
      parameters: readonly string[],
      repeatable?: readonly string[],
    ): void;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: Record<string, unknown>,
      options?: { mergeWithLastSubmission?: boolean },
    ): Promise<void>;
  }

  export const errors: Readonly<
    Record<
      | 'InvalidGrant'
      | 'InvalidRequest'
      | 'InvalidScope'
      | 'InvalidTarget'
      | 'InvalidToken'
      | 'UnauthorizedClient',
      new (
        description?: string,
      ) => Error
    >
  >;
}
