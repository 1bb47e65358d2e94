import type { FullConfig, FullResult, Reporter, Suite } from '@playwright/test/reporter';
import { tallyLine } from '../support/tally.ts';

/** A Playwright reporter that closes the run with one tally line. */
export default class TallyReporter implements Reporter {
  #root: Suite | undefined;
  #errors = 0;

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#root = suite;
  }

  onError(): void {
    this.#errors += 1;
  }

  onEnd(result: FullResult): void {
    const tests = this.#root?.allTests() ?? [];
    const failed = tests.filter((test) => test.outcome() === 'unexpected').length + this.#errors;
    const passed = tests.filter((test) => ['expected', 'flaky'].includes(test.outcome())).length;
    const skipped = tests.filter((test) => test.outcome() === 'skipped').length;
    const unseen = result.status !== 'passed' && failed === 0 ? 1 : 0;
    process.stdout.write(`${tallyLine('e2e', { passed, failed: failed + unseen, skipped })}\n`);
  }

  printsToStdio(): boolean {
    return true;
  }
}
