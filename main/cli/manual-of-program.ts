import { type ManualFacts, manualPage } from './manual.ts';
import { programTree } from './program-tree.ts';

/** The manual page of the program as it stands. */
export function manualOfProgram(facts: ManualFacts): string {
  return manualPage(programTree(), facts);
}
