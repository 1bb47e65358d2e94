/** What can be asked of the provider, by the path of the request. */
const paths = {
  discovery: /^\/\.well-known\/(openid-configuration|oauth-authorization-server)$/,
  jwks: /^\/jwks$/,
  authorization: /^\/auth(\/[\w-]+)?$/,
  pushedAuthorization: /^\/request$/,
  token: /^\/token$/,
  deviceAuthorization: /^\/device\/auth$/,
  userinfo: /^\/me$/,
  introspection: /^\/token\/introspection$/,
  revocation: /^\/token\/revocation$/,
  registration: /^\/reg$/,
  registrationManagement: /^\/reg\/[\w-]+$/,
  endSession: /^\/session\/end/,
  page: /^/,
} as const;

export type Endpoint = keyof typeof paths;

export function endpointOf(path: string): Endpoint {
  for (const [name, pattern] of Object.entries(paths)) {
    if (pattern.test(path)) return name as Endpoint;
  }
  return 'page';
}

/** Things that go wrong on purpose. The first three come before the provider has acted. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Record<string, string> }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }
  /** Done, but the answer never arrives. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** The headers at once, the body a byte at a time. */
  | { readonly kind: 'slow_body'; readonly delayMs: number }
  | { readonly kind: 'html' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'oversized'; readonly bytes: number };

/** One request, from its arrival. */
export interface JournalEntry {
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly grantType: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As sent; it may hold secrets, which belong to the tests alone. */
  readonly body: string;
  /** 0 until answered. */
  status: number;
}
