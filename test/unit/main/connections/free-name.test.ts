import { expect, test } from 'vitest';
import { freeName } from '../../../../main/connections/free-name.ts';
import { connectionNameSchema } from '../../../../shared/model.ts';

test.each([
  ['acme', [], 'acme'],
  ['acme', ['acme'], 'acme-2'],
  ['acme', ['ACME', 'acme-2'], 'acme-3'],
  ['  my work! ', [], 'my-work'],
  ['--..', [], 'aws'],
  ['', ['aws'], 'aws-2'],
])('%j beside %j becomes %s', (wish, taken, name) => {
  expect(freeName(wish, taken)).toBe(name);
});

test('however long the wish, the name may be one', () => {
  const name = freeName('x'.repeat(500), ['x'.repeat(56)]);
  expect(connectionNameSchema.safeParse(name).success).toBe(true);
});
