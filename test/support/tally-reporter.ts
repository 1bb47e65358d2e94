import type { Reporter, TestModule } from 'vitest/node';
import { type Tally, tallyLine } from './tally.ts';

/** A Vitest reporter that closes the run with one tally line for each project. */
export function tallyReporter(print: (line: string) => void = printLine): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const suites = [...new Set(modules.map((module) => module.project.name))];
      for (const [index, suite] of suites.entries()) {
        const tally = tallyOf(modules.filter((module) => module.project.name === suite));
        // An error outside every test still fails the run, so some line must count it.
        const extra = index === 0 ? unhandledErrors.length : 0;
        print(tallyLine(suite, { ...tally, failed: tally.failed + extra }));
      }
    },
  };
}

function tallyOf(modules: readonly TestModule[]): Tally {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const count = (state: string) => tests.filter((test) => test.result().state === state).length;
  const failedTests = count('failed');
  // A file that can't be loaded, or whose hooks fail, has no failed test of its own.
  const brokenFiles = modules.filter(
    (module) =>
      module.state() === 'failed' &&
      ![...module.children.allTests()].some((test) => test.result().state === 'failed'),
  ).length;
  return {
    passed: count('passed'),
    failed: failedTests + brokenFiles,
    skipped: tests.length - count('passed') - failedTests,
  };
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
