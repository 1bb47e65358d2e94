import { expect, test } from 'vitest';
import { createAttempt, type Outcome } from '../../../../main/connections/attempt.ts';
import { signInCancelled } from '../../../../main/connections/sign-in-errors.ts';
import type { SignIn } from '../../../../shared/model.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

function begin() {
  const clock = createFakeClock();
  const views: SignIn[] = [];
  const outcomes: Outcome[] = [];
  const attempt = createAttempt({
    connection: 'acme',
    flow: 'device',
    clock,
    deadlineMs: 1_000,
    publish: (view) => views.push(view),
    onEnd: (outcome) => outcomes.push(outcome),
  });
  return { attempt, clock, views, outcomes };
}

test('a cancelled attempt can no longer be committed, so that nothing of it is stored', () => {
  const { attempt } = begin();
  attempt.end(signInCancelled('acme'));
  expect(() => attempt.commit()).toThrow('cancelled');
  expect(attempt.committed()).toBe(false);
});

test('a committed attempt is no longer ended by its deadline', async () => {
  const { attempt, clock, outcomes } = begin();
  attempt.commit();
  await clock.advance(2_000);
  expect(outcomes).toEqual([]);
  attempt.end();
  expect(outcomes).toMatchObject([{ view: { state: 'signed_in' } }]);
});

test('the first end decides, and is heard once', async () => {
  const { attempt, views, outcomes, clock } = begin();
  attempt.show({ userCode: 'AB' });
  attempt.end(signInCancelled('acme'));
  attempt.end();
  attempt.show({ userCode: 'CD' });
  await clock.advance(2_000);
  expect(outcomes).toHaveLength(1);
  expect(views.map(({ state }) => state)).toEqual(['pending', 'cancelled']);
  expect(clock.waiting).toBe(0);
});
