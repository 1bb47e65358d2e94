import type { Command } from 'commander';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { examples, jsonOption } from '../help.ts';
import { claimsText } from '../text/claims-text.ts';

/** `userinfo`. */
export function addUserinfo(program: Command, context: CliContext): void {
  const userinfo = program
    .command('userinfo')
    .description('Asks an OpenID provider who is signed in')
    .argument('<connection>', 'The connection')
    .option(...jsonOption)
    .action(async (connection: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { claims } = await context
        .connect(options.autostart)
        .call('oidc.userinfo', { connection });
      print(context, options, claims, () => claimsText(claims, context.style));
    });
  examples(userinfo, [['Who corp says you are', 'keyfob userinfo corp']]);
}
