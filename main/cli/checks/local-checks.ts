import type { Check } from '../../../shared/commands/checks.ts';
import { createAwsFiles } from '../../platform/aws-config-file.ts';
import { createClock } from '../../platform/clock.ts';
import type { CliContext } from '../context.ts';
import { checkAwsProfiles } from './aws-profiles.ts';
import { checkAwsVariables } from './aws-variables.ts';
import { failureFrom } from './check.ts';
import { checkPath } from './path.ts';
import { checkSocket } from './socket.ts';

/**
 * What only the person's own terminal shows: its PATH, its variables, its AWS configuration, and
 * the socket as it is seen from here. Never rejects: what fails is a finding.
 *
 * @param url the helper's loopback address, if it has one
 */
export async function localChecks(
  context: Pick<CliContext, 'env' | 'platform' | 'places' | 'entry'>,
  url: string | undefined,
): Promise<readonly Check[]> {
  const { env, platform, places } = context;
  const files = createAwsFiles(env, platform, createClock());
  const found = await Promise.all(
    [
      checkSocket(places.socket, platform),
      checkPath(context),
      checkAwsVariables(env, url),
      checkAwsProfiles(files, env),
    ].map((checks) =>
      Promise.resolve(checks).catch((error: unknown) => [failureFrom('local', error)]),
    ),
  );
  return found.flat();
}
