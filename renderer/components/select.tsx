import { ChevronDown } from 'lucide-react';
import { useId } from 'react';
import field from './field.module.css';
import styles from './select.module.css';

/** One of several, by a list that opens. */
export function Select<T extends string>(props: {
  readonly label: string;
  /** What the present choice means. */
  readonly description?: string;
  readonly value: T;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
}) {
  const { label, description, value, choices, onChange } = props;
  const id = useId();
  return (
    <div className={field.field}>
      <label className={field.label} htmlFor={id}>
        {label}
      </label>
      <div className={styles.box}>
        <select
          id={id}
          className={`${field.control} ${styles.control}`}
          value={value}
          aria-describedby={`${id}-more`}
          onChange={({ target }) => {
            const chosen = choices.find((one) => one.value === target.value);
            if (chosen !== undefined) onChange(chosen.value);
          }}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
        <ChevronDown className={styles.arrow} aria-hidden="true" />
      </div>
      <div id={`${id}-more`} className={`${field.below} ${field.description}`}>
        {description}
      </div>
    </div>
  );
}
