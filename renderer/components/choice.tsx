import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import { type ReactNode, useId } from 'react';
import styles from './choice.module.css';
import { Unseen } from './unseen.tsx';

/** One of a few, side by side; it takes effect at once. */
export function Choice<T extends string>(props: {
  readonly label: string;
  /** What the present choice means. */
  readonly description?: ReactNode;
  readonly value: T;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  /** True where the place makes the label plain; it is still read out. */
  readonly labelHidden?: boolean;
  readonly onChange: (value: T) => void;
}) {
  const id = useId();
  return (
    <div className={styles.field}>
      <span id={id} className={styles.label}>
        {props.labelHidden ? <Unseen>{props.label}</Unseen> : props.label}
      </span>
      <RadioGroup
        className={styles.group}
        aria-labelledby={id}
        {...(props.description === undefined ? {} : { 'aria-describedby': `${id}-more` })}
        value={props.value}
        onValueChange={(value: T) => props.onChange(value)}
      >
        {props.choices.map((choice) => (
          <Radio.Root
            key={choice.value}
            value={choice.value}
            className={styles.choice}
            aria-label={choice.label}
          >
            {choice.label}
          </Radio.Root>
        ))}
      </RadioGroup>
      {props.description !== undefined && (
        <span id={`${id}-more`} className={styles.description}>
          {props.description}
        </span>
      )}
    </div>
  );
}
