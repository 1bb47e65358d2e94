import { type ReactNode, useEffect, useRef, useState } from 'react';
import { broughtInWith, type Found, idOfFound } from '../../shared/found.ts';
import { hostOf } from '../sign-in-words.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { type BringingIn, useBringIn } from '../use-bring-in.ts';
import { useCommand } from '../use-command.ts';
import { useKeptFocus } from '../use-kept-focus.ts';
import { Button } from './button.tsx';
import { FailureNotice } from './failure.tsx';
import styles from './found-connections.module.css';
import { LeftOut } from './left-out.tsx';
import { Section } from './section.tsx';

const words = text.connect;
/** More roles than this nobody chooses from one by one; the rest is counted. */
const rolesShown = 50;

/** What the AWS config, and those of other tools, name already: one press adds one, or all. */
export function FoundConnections(props: {
  /** True where it is worth saying that there is none. */
  readonly sayNone?: boolean;
}) {
  const known = useKeyfob(({ state }) => state?.connections.length ?? 0);
  const roles = useKeyfob(
    ({ state }) => state?.accounts.filter(({ kind }) => kind === 'aws-assumed-role').length ?? 0,
  );
  const looked = useCommand('config.discover');
  const bringIn = useBringIn();
  const { pending } = bringIn;
  const lists = useRef<HTMLDivElement>(null);
  useKeptFocus(lists, !pending && !looked.pending);
  const [look] = useState(() => () => void looked.run({}));
  // Anew when something was added: what is found says whether Keyfob has it already.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the numbers are what it waits for
  useEffect(() => {
    if (!pending) look();
  }, [look, known, roles, pending]);

  if (looked.error !== undefined) {
    return <FailureNotice failure={{ error: looked.error, retry: look }} form="inline" />;
  }
  if (looked.value === undefined) {
    return <p className={styles.note}>{looked.pending ? words.reading : null}</p>;
  }
  const { connections, accounts, skipped } = looked.value;
  const fresh = {
    connections: connections.filter(({ exists }) => !exists),
    accounts: accounts.filter(({ exists }) => !exists),
  };
  const nothing = fresh.connections.length + fresh.accounts.length === 0;
  return (
    <div className={styles.all} ref={lists}>
      {bringIn.error !== undefined && (
        <FailureNotice failure={{ error: bringIn.error }} form="inline" />
      )}
      {!nothing && <Fresh found={fresh} bringIn={bringIn} />}
      {nothing && props.sayNone && <p className={styles.note}>{words.foundNone}</p>}
      {skipped.length > 0 && <LeftOut skipped={skipped} />}
    </div>
  );
}

function Fresh(props: { readonly found: Found; readonly bringIn: BringingIn }) {
  const { found, bringIn } = props;
  const { connections, accounts } = found;
  const say = useKeyfob((view) => view.say);
  const signIn = useKeyfob((view) => view.signIn);

  async function add(wanted: Found, done: (count: number) => void) {
    const count = await bringIn.run(wanted);
    if (count > 0) done(count);
  }

  return (
    <Section
      title={words.found}
      description={words.foundHelp}
      action={
        connections.length + accounts.length > 1 && (
          <Button
            kind="quiet"
            disabled={bringIn.pending}
            onClick={() => add(found, (count) => say(words.addedAll(count)))}
          >
            {bringIn.pending ? words.adding : words.addAll}
          </Button>
        )
      }
    >
      <div className={styles.lists}>
        {connections.length > 0 && (
          <ul className={styles.list} aria-label={words.foundConnections}>
            {connections.map((one) => (
              <Row
                key={one.name}
                name={one.name}
                disabled={bringIn.pending}
                onAdd={() => add({ connections: [one], accounts: [] }, () => void signIn(one.name))}
              >
                <span className={styles.mono}>{hostOf(one.startUrl)}</span>, {one.region},{' '}
                {words.fromSource(one.source)}
              </Row>
            ))}
          </ul>
        )}
        {accounts.length > 0 && (
          <ul className={styles.list} aria-label={words.foundRoles}>
            {accounts.slice(0, rolesShown).map((one) => (
              <Row
                key={idOfFound(one)}
                name={idOfFound(one)}
                disabled={bringIn.pending}
                onAdd={() =>
                  add(broughtInWith(one, found), () => say(text.addAccount.added(idOfFound(one))))
                }
              >
                <span className={styles.mono}>{one.roleArn}</span>, {words.signedBy(one.signer)},{' '}
                {words.fromSource(one.source)}
              </Row>
            ))}
          </ul>
        )}
        {accounts.length > rolesShown && (
          <p className={styles.note}>{text.profiles.more(accounts.length - rolesShown)}</p>
        )}
      </div>
    </Section>
  );
}

function Row(props: {
  readonly name: string;
  readonly disabled: boolean;
  readonly children: ReactNode;
  readonly onAdd: () => void;
}) {
  return (
    <li className={styles.row}>
      <div className={styles.who}>
        <span className={styles.name}>{props.name}</span>
        <span className={styles.more}>{props.children}</span>
      </div>
      <Button label={words.addNamed(props.name)} disabled={props.disabled} onClick={props.onAdd}>
        {words.add}
      </Button>
    </li>
  );
}
