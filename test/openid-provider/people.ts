/** Who can sign in. */
export interface Person {
  readonly username: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export const people: readonly Person[] = [
  { username: 'alice', name: 'Alice Example', email: 'alice@example.com', password: 'wonderland' },
  { username: 'bob', name: 'Bob Example', email: 'bob@example.com', password: 'b+u&i=l/d e%r' },
];

export function findPerson(username: unknown): Person | undefined {
  return people.find((person) => person.username === username);
}

/** Claims that belong to a person, whatever the token they are in. */
export function personClaims(person: Person): Record<string, unknown> {
  return {
    sub: person.username,
    name: person.name,
    preferred_username: person.username,
    email: person.email,
    email_verified: true,
    session_index: sessionIndex(person.username),
  };
}

/** The extension claim of Ubisecure SSO. */
export function sessionIndex(subject: string): string {
  return `_session-${subject}`;
}
