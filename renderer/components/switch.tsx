import { Switch as Base } from '@base-ui/react/switch';
import { type ReactNode, useId } from 'react';
import styles from './switch.module.css';

/** Something that is on or off, and takes effect at once. */
export function Switch(props: {
  readonly label: string;
  readonly description?: ReactNode;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div className={styles.line}>
      <span className={styles.words}>
        <span id={`${id}-label`}>{props.label}</span>
        {props.description !== undefined && (
          <span id={`${id}-more`} className={styles.description}>
            {props.description}
          </span>
        )}
      </span>
      <Base.Root
        className={styles.track}
        aria-labelledby={`${id}-label`}
        {...(props.description === undefined ? {} : { 'aria-describedby': `${id}-more` })}
        checked={props.checked}
        disabled={props.disabled ?? false}
        onCheckedChange={props.onChange}
      >
        <Base.Thumb className={styles.thumb} />
      </Base.Root>
    </div>
  );
}
