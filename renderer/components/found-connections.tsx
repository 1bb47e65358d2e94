import { useEffect, useState } from 'react';
import type { FoundConnection } from '../../shared/commands/connections.ts';
import { hostOf } from '../sign-in-words.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { useCommand } from '../use-command.ts';
import { Button } from './button.tsx';
import { FailureNotice } from './failure.tsx';
import styles from './found-connections.module.css';
import { Section } from './section.tsx';

/** The Identity Centers that the AWS config names already: one press adds one. */
export function FoundConnections(props: {
  /** True where it is worth saying that there is none. */
  readonly sayNone?: boolean;
}) {
  const known = useKeyfob(({ state }) => state?.connections.length ?? 0);
  const looked = useCommand('connection.discover');
  const [look] = useState(() => () => void looked.run({}));
  // Anew when a connection was added: what is found says whether Keyfob has it already.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the number is what it waits for
  useEffect(look, [look, known]);

  if (looked.error !== undefined) {
    return <FailureNotice failure={{ error: looked.error, retry: look }} form="inline" />;
  }
  if (looked.value === undefined) {
    return <p className={styles.note}>{looked.pending ? text.connect.reading : null}</p>;
  }
  const found = looked.value.found.filter((one) => !one.exists);
  if (found.length > 0) return <Found found={found} />;
  return props.sayNone ? <p className={styles.note}>{text.connect.foundNone}</p> : null;
}

function Found(props: { readonly found: readonly FoundConnection[] }) {
  const { found } = props;
  const run = useKeyfob((view) => view.run);
  const say = useKeyfob((view) => view.say);
  const signIn = useKeyfob((view) => view.signIn);

  async function add({ name, startUrl, region, scopes }: FoundConnection) {
    const given = scopes.length === 0 ? {} : { scopes: [...scopes] };
    return await run('connection.add', {
      kind: 'identity-center',
      name,
      startUrl,
      region,
      ...given,
    });
  }
  async function addOne(one: FoundConnection) {
    const added = await add(one);
    if (added !== undefined) void signIn(added.settings.name);
  }
  async function addAll() {
    let count = 0;
    for (const one of found) if ((await add(one)) !== undefined) count += 1;
    if (count > 0) say(text.connect.addedAll(count));
  }

  return (
    <Section
      title={text.connect.found}
      description={text.connect.foundHelp}
      action={
        found.length > 1 && (
          <Button kind="quiet" onClick={addAll}>
            {text.connect.addAll}
          </Button>
        )
      }
    >
      <ul className={styles.list}>
        {found.map((one) => (
          <li key={one.name} className={styles.row}>
            <div className={styles.who}>
              <span className={styles.name}>{one.name}</span>
              <span className={styles.more}>
                <span className={styles.mono}>{hostOf(one.startUrl)}</span>, {one.region},{' '}
                {text.connect.fromSource(one.source)}
              </span>
            </div>
            <Button label={text.connect.addNamed(one.name)} onClick={() => addOne(one)}>
              {text.connect.add}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
