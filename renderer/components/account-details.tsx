import { Copy, ExternalLink, KeyRound, SquareTerminal, Star } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  type Account,
  accountNumber,
  accountOrigin,
  accountRole,
  isAwsAccount,
} from '../../shared/account.ts';
import { credentialProcessLine, tokenCommand } from '../../shared/snippets.ts';
import { useAccountActions } from '../account-actions.ts';
import { accountById } from '../account-by-id.ts';
import { accountTitle, groupedAccountId } from '../account-id.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import styles from './account-details.module.css';
import { Button } from './button.tsx';
import { Countdown } from './countdown.tsx';

const words = text.accounts;

/** Everything about the account that the list's focus is at, else the active one. */
export function AccountDetails() {
  const account = useKeyfob(
    ({ state, selected }) =>
      accountById(state?.accounts, selected) ?? accountById(state?.accounts, state?.active),
  );
  const choice = useKeyfob(({ state }) => (state?.accounts.length ?? 0) > 0);
  if (!choice) return null;
  return (
    <aside className={styles.details} aria-label={words.details} data-region="details">
      {account === undefined ? (
        <p className={styles.role}>{words.detailsNone}</p>
      ) : (
        <Details account={account} />
      )}
    </aside>
  );
}

function Details(props: { readonly account: Account }) {
  const { account } = props;
  const actions = useAccountActions();
  const active = useKeyfob(({ state }) => state?.active === account.id);
  const favourite = useKeyfob(({ state }) => state?.favourites.includes(account.id) ?? false);
  const until = useKeyfob(({ state }) => state?.credentials[account.id]?.expiresAt);
  const command = useKeyfob(({ state }) => state?.helper.command);
  const number = accountNumber(account);
  return (
    <>
      <h2 className={styles.title}>{accountTitle(account)}</h2>
      <p className={styles.role}>{accountRole(account)}</p>
      <div className={styles.actions}>
        <Button disabled={active} onClick={() => actions.use(account)}>
          {active ? words.inUse : words.use}
        </Button>
        {isAwsAccount(account) ? (
          <>
            <Button
              kind="icon"
              label={words.openConsole}
              onClick={() => actions.openConsole(account)}
            >
              <ExternalLink aria-hidden="true" />
            </Button>
            <Button
              kind="icon"
              label={words.copyEnvironment}
              onClick={() => actions.copyEnvironment(account)}
            >
              <SquareTerminal aria-hidden="true" />
            </Button>
          </>
        ) : (
          <Button kind="icon" label={words.copyToken} onClick={() => actions.copyToken(account)}>
            <KeyRound aria-hidden="true" />
          </Button>
        )}
        <Button
          kind="icon"
          label={favourite ? words.removeFavourite : words.addFavourite}
          onClick={() => actions.setFavourite(account, !favourite)}
        >
          <Star className={favourite ? styles.starred : undefined} aria-hidden="true" />
        </Button>
      </div>
      <dl className={styles.facts}>
        {number !== undefined && (
          <Fact name={words.detail.accountId}>
            <span className={styles.mono}>{groupedAccountId(number)}</span>
          </Fact>
        )}
        {account.kind === 'aws-role' && account.emailAddress !== undefined && (
          <Fact name={words.detail.email}>{account.emailAddress}</Fact>
        )}
        <MadeOf account={account} />
        <Fact name={words.detail.connection}>{account.connection}</Fact>
        <Fact name={isAwsAccount(account) ? words.detail.credentials : words.detail.ownToken}>
          {until === undefined ? (
            words.detail.credentialsNone
          ) : (
            <>
              <Countdown until={until} /> {words.left}
            </>
          )}
        </Fact>
        {isAwsAccount(account) ? (
          <Line
            name={words.detail.line}
            copyLabel={words.copyCredentialProcess}
            onCopy={() => actions.copyCredentialProcess(account)}
          >
            {credentialProcessLine(account, command)}
          </Line>
        ) : (
          <Line
            name={words.detail.command}
            copyLabel={words.copyTokenCommand}
            onCopy={() => actions.copyTokenCommand(account)}
          >
            {tokenCommand({ account, command })}
          </Line>
        )}
      </dl>
    </>
  );
}

/** What a person has put an account together of. */
function MadeOf({ account }: { readonly account: Account }) {
  if (account.kind === 'aws-role') return null;
  const facts: readonly (readonly [string, string | undefined])[] =
    account.kind === 'token'
      ? [
          [words.detail.scopes, account.scopes?.join(' ')],
          [words.detail.audience, account.audience ?? account.resource?.join(' ')],
        ]
      : account.kind === 'iam-token'
        ? [
            [words.detail.token, account.application],
            [words.detail.source, account.source],
          ]
        : [
            [words.detail.roleArn, account.roleArn],
            [words.detail.origin, accountOrigin(account)],
            [words.detail.mfa, account.kind === 'aws-assumed-role' ? account.mfaSerial : undefined],
          ];
  return facts.map(
    ([name, value]) =>
      value !== undefined && (
        <Fact key={name} name={name}>
          <span className={styles.mono}>{value}</span>
        </Fact>
      ),
  );
}

/** What one pastes, and the way to the clipboard. */
function Line(props: {
  readonly name: string;
  readonly copyLabel: string;
  readonly onCopy: () => void;
  readonly children: string;
}) {
  return (
    <Fact name={props.name}>
      <span className={styles.snippet}>
        <code className={styles.mono}>{props.children}</code>
        <Button kind="icon" label={props.copyLabel} onClick={props.onCopy}>
          <Copy aria-hidden="true" />
        </Button>
      </span>
    </Fact>
  );
}

function Fact(props: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className={styles.name}>{props.name}</dt>
      <dd className={styles.value}>{props.children}</dd>
    </div>
  );
}
