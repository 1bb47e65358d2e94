import type { SessionView } from '../../shared/model.ts';
import { text } from '../text.ts';
import { dayOf, timeOfDay } from '../times.ts';
import styles from './claims.module.css';

const words = text.claims;
/** Claims that are moments, in seconds since 1970 (RFC 7519 section 2). */
const moments: readonly string[] = ['auth_time', 'iat', 'exp', 'nbf', 'updated_at'];

type Claims = NonNullable<SessionView['claims']>;

/** What the ID token says of the person. */
export function Claims(props: { readonly claims: Claims }) {
  return (
    <section className={styles.claims} aria-label={words.title}>
      <h3 className={styles.title}>{words.title}</h3>
      <dl className={styles.list}>
        {Object.entries(props.claims).map(([name, value]) => (
          <div key={name} className={styles.claim}>
            <dt>
              {words.names[name] ?? <code>{name}</code>}
              {words.names[name] !== undefined && <code className={styles.code}>{name}</code>}
            </dt>
            <dd>{shown(name, value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function shown(name: string, value: Claims[string]): string {
  if (typeof value === 'boolean') return value ? text.common.yes : text.common.no;
  if (typeof value === 'number' && moments.includes(name)) {
    const moment = new Date(value * 1000).toISOString();
    return `${dayOf(moment)}, ${timeOfDay(moment)}`;
  }
  return Array.isArray(value) ? value.join(', ') : String(value);
}
