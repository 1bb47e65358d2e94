import type { Check } from '../../shared/commands/checks.ts';
import { text } from '../text.ts';
import styles from './checks.module.css';
import { StatusMark, type StatusShape } from './status.tsx';
import { Unseen } from './unseen.tsx';

const shapes: Readonly<Record<Check['status'], StatusShape>> = {
  ok: 'dot',
  warning: 'ring',
  failure: 'diamond',
};

/** What was found about something, each with what to do where it is not well. */
export function Checks(props: { readonly label: string; readonly checks: readonly Check[] }) {
  return (
    <ul className={styles.checks} aria-label={props.label}>
      {props.checks.map((check) => (
        <li key={check.id} className={styles.check}>
          <span className={styles.mark}>
            <StatusMark shape={shapes[check.status]} />
          </span>
          <div className={styles.words}>
            <p>
              <Unseen>{text.settings.status[check.status]}: </Unseen>
              {check.message}
            </p>
            {check.status !== 'ok' && check.hint !== undefined && (
              <p className={styles.hint}>{check.hint}</p>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
