/** Every secret that the provider has handed out, so that a test can look for them in files. */

const secretMembers = new Set([
  'access_token',
  'refresh_token',
  'id_token',
  'device_code',
  'client_secret',
  'registration_access_token',
]);

export interface Handed {
  add(secret: string | undefined): void;
  /** Notes what an answer holds: JSON members, and the code of a redirect. */
  observe(body: string, location: string | undefined): void;
  all(): string[];
}

export function createHanded(): Handed {
  const secrets = new Set<string>();
  function add(secret: string | undefined): void {
    if (secret !== undefined && secret !== '') secrets.add(secret);
  }
  return {
    add,
    observe(body, location) {
      for (const [name, value] of Object.entries(membersOf(body))) {
        if (secretMembers.has(name) && typeof value === 'string') add(value);
      }
      if (location !== undefined && URL.canParse(location)) {
        add(new URL(location).searchParams.get('code') ?? undefined);
      }
    },
    all: () => [...secrets],
  };
}

/** Nothing for what is no JSON object, as pages and falsified answers are not. */
function membersOf(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
