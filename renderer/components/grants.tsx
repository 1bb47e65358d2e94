import { useRef } from 'react';
import type { Grant } from '../../shared/model.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { dayOf, timeOfDay } from '../times.ts';
import { useKeptFocus } from '../use-kept-focus.ts';
import { Button } from './button.tsx';
import styles from './grants.module.css';
import { Section } from './section.tsx';

/** More accounts of a grant than this are counted alone. */
const accountsShown = 3;

/** Which programs may ask the endpoint on this machine, and the way to end that. */
export function Grants() {
  const grants = useKeyfob(({ state }) => state?.grants) ?? [];
  const list = useRef<HTMLDivElement>(null);
  useKeptFocus(list);
  return (
    <Section title={text.grants.title} description={text.grants.help}>
      <div ref={list}>
        {grants.length === 0 ? (
          <p className={styles.soft}>{text.grants.none}</p>
        ) : (
          <ul className={styles.grants} aria-label={text.grants.title}>
            {grants.map((grant) => (
              <Line key={grant.id} grant={grant} />
            ))}
          </ul>
        )}
      </div>
    </Section>
  );
}

function Line({ grant }: { readonly grant: Grant }) {
  const { id, label, ephemeral, expiresAt, lastUsedAt } = grant;
  const accounts = useKeyfob(({ state }) => state?.accounts);
  const run = useKeyfob((view) => view.run);
  const say = useKeyfob((view) => view.say);
  const paths = grant.accounts
    .slice(0, accountsShown)
    .map((one) => accounts?.find(({ id }) => id === one)?.path ?? one);
  const more = grant.accounts.length - paths.length;
  async function revoke() {
    const done = await run('grant.revoke', { id });
    if (done !== undefined) say(text.grants.revoked(label));
  }
  return (
    <li className={styles.grant}>
      <div className={styles.words}>
        <p className={styles.label}>{label}</p>
        <p className={styles.soft}>
          {paths.length === 0 ? text.grants.every : paths.join(', ')}
          {more > 0 && ` ${text.grants.more(more)}`}
        </p>
        <p className={styles.soft}>
          {ephemeral
            ? text.grants.ephemeral
            : text.grants.until(dayOf(expiresAt), timeOfDay(expiresAt))}
          {' · '}
          {lastUsedAt === undefined
            ? text.grants.unused
            : text.grants.used(dayOf(lastUsedAt), timeOfDay(lastUsedAt))}
        </p>
      </div>
      <Button label={text.grants.revokeOf(label)} onClick={revoke}>
        {text.grants.revoke}
      </Button>
    </li>
  );
}
