import type { FullConfig, FullResult, Reporter, Suite } from '@playwright/test/reporter';
import { tallyLine } from '../support/tally.ts';
import { hostsLine } from './hosts/found.ts';

/** A Playwright reporter that says which hosts run, and closes the run with one tally line. */
export default class TallyReporter implements Reporter {
  #root: Suite | undefined;
  #errors = 0;

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#root = suite;
    process.stdout.write(`${hostsLine()}\n`);
  }

  onError(): void {
    this.#errors += 1;
  }

  onEnd(result: FullResult): void {
    const tests = this.#root?.allTests() ?? [];
    const failed = tests.filter((test) => test.outcome() === 'unexpected').length + this.#errors;
    const passed = tests.filter((test) => ['expected', 'flaky'].includes(test.outcome())).length;
    const skipped = tests.filter((test) => test.outcome() === 'skipped');
    const unseen = result.status !== 'passed' && failed === 0 ? 1 : 0;
    for (const test of skipped) {
      const why = test.annotations.find(({ type }) => type === 'skip')?.description;
      process.stdout.write(`skipped: ${test.title}${why === undefined ? '' : ` (${why})`}\n`);
    }
    const tally = { passed, failed: failed + unseen, skipped: skipped.length };
    process.stdout.write(`${tallyLine('e2e', tally)}\n`);
  }

  printsToStdio(): boolean {
    return true;
  }
}
