import { Field as Base } from '@base-ui/react/field';
import type { ComponentProps, ReactNode } from 'react';
import styles from './field.module.css';

export interface FieldProps
  extends Omit<ComponentProps<'input'>, 'onChange' | 'value' | 'defaultValue' | 'className'> {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What to write there, or what has been found out about it. */
  readonly description?: ReactNode;
  /** What is wrong with it and what to do; shown in place of the description. */
  readonly error?: ReactNode;
  /** For addresses, ids and commands. */
  readonly mono?: boolean;
}

/** A line to fill in, with its label, and a line below whose place is kept free. */
export function Field(props: FieldProps) {
  const { label, value, onChange, description, error, mono, ...rest } = props;
  return (
    <Base.Root className={styles.field} invalid={error !== undefined}>
      <Base.Label className={styles.label}>{label}</Base.Label>
      <Base.Control
        className={`${styles.control} ${mono ? styles.mono : ''}`}
        value={value}
        onValueChange={onChange}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        {...rest}
      />
      <div className={styles.below} aria-live="polite">
        {error === undefined ? (
          <Base.Description className={styles.description}>{description}</Base.Description>
        ) : (
          <Base.Error className={styles.error} match={true}>
            {error}
          </Base.Error>
        )}
      </div>
    </Base.Root>
  );
}
