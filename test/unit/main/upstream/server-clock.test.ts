import { describe, expect, test } from 'vitest';
import { createServerClock } from '../../../../main/upstream.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 4, 5, 12, 0, 0);

function setUp() {
  const clock = createFakeClock(start);
  return { clock, server: createServerClock(clock) };
}

function header(ms: number): string {
  return new Date(ms).toUTCString();
}

describe('the provider’s clock', () => {
  test('is the local one until the provider says otherwise', () => {
    expect(setUp().server.now()).toBe(start);
  });

  test.each([3, 24, -5])('learns a difference of %i hours at once', (hours) => {
    const { server } = setUp();
    server.observe(header(start + hours * hour));
    expect(server.now()).toBe(start + hours * hour);
  });

  test('goes on with the local clock from there', async () => {
    const { clock, server } = setUp();
    server.observe(header(start + hour));
    await clock.advance(90_000);
    expect(server.now()).toBe(start + hour + 90_000);
  });

  test.each([0, 1, -1])('ignores a difference of %i s, which Date cannot tell', (seconds) => {
    const { server } = setUp();
    server.observe(header(start + seconds * 1000));
    expect(server.now()).toBe(start);
  });

  test('does not wobble with the whole seconds of later headers', async () => {
    const { clock, server } = setUp();
    server.observe(header(start + hour));
    await clock.advance(1_900);
    const before = server.now();
    server.observe(header(start + hour + 1_000));
    expect(server.now()).toBe(before);
  });

  test('returns to the local clock when that one has been set right', () => {
    const { clock, server } = setUp();
    server.observe(header(start + hour));
    clock.jump(hour);
    server.observe(header(start + hour + 1_000));
    expect(server.now()).toBe(start + hour);
  });

  test.each([
    null,
    '',
    'yesterday',
    '1970',
    'Tue, 05 May 2026 15:00:00',
    'Tue, 05 May 2026 15:00:00 +0200',
    '2026-05-05T15:00:00Z',
    'Tue, 99 May 2026 15:00:00 GMT',
    'Tue, 05 Xyz 2026 15:00:00 GMT',
  ])('ignores %j', (text) => {
    const { server } = setUp();
    server.observe(text);
    expect(server.now()).toBe(start);
  });
});
