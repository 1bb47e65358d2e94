import { portal } from './scenarios/portal.ts';
import type { Scenario } from './scenarios/scenario.ts';

/** The portal's operations and exceptions, likewise. */
export const portalScenarios: readonly Scenario[] = portal;
