import type { Command } from 'commander';
import { KeyfobError } from '../../../shared/errors.ts';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { hotSurroundings } from '../environment/sources.ts';
import { examples, jsonOption, next } from '../help.ts';
import { fetchToken } from '../hot-token.ts';
import { collect, parseSeconds } from '../option-values.ts';

interface TokenOptions extends CommonOptions {
  readonly scope?: readonly string[];
  readonly audience?: string;
  readonly minTtl?: number;
  readonly idToken?: boolean;
}

/** `token` for a person who asks for help, or a program that wants JSON; the entry answers the rest. */
export function addToken(program: Command, context: CliContext): void {
  const token = program
    .command('token')
    .description('Prints a token of an account, and nothing else')
    .argument('[account]', 'Path or id of the account; without one, the active account')
    .option(
      '--scope <scope>',
      "Ask for this scope instead of the account's own; may be repeated",
      collect,
    )
    .option('--audience <audience>', 'Ask for a token for this audience')
    .option('--id-token', 'The ID token of the sign-in, instead of an access token')
    .option('--min-ttl <seconds>', 'Ask for a new one if it would end sooner', parseSeconds)
    .option(...jsonOption)
    .action(async (account: string | undefined, _options, self: Command) => {
      const options = self.optsWithGlobals<TokenOptions>();
      const { autostart, scope: scopes = [], audience, minTtl, idToken = false } = options;
      for (const given of [account, audience, ...scopes]) if (given === '') throw empty();
      const answer = await fetchToken(
        {
          account,
          scope: scopes.length === 0 ? undefined : scopes.join(' '),
          audience,
          minTtl: minTtl?.toString(),
          idToken,
          autostart,
        },
        hotSurroundings(context),
      );
      print(context, options, answer, ({ access_token }) => `${access_token}\n`);
    });
  examples(token, [
    [
      'Call an API',
      'echo "Authorization: Bearer $(keyfob token corp/api)" |\n      curl -H @- https://api.example.com/',
    ],
    ['With its expiry', 'keyfob token corp/api --min-ttl 600 --json'],
  ]);
  next(
    token,
    'It never opens a browser: when a sign-in is needed, it says so and ends with\nexit code 3.',
  );
}

/** As from a variable that is not set: that must not lead to something else than was meant. */
function empty(): KeyfobError {
  return new KeyfobError('invalid_input', 'An argument is empty.', {
    hint: 'Give it a value, or leave it out.',
  });
}
