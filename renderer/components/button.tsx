import type { ComponentProps } from 'react';
import styles from './button.module.css';

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'type' | 'className'> {
  /**
   * `main` is the one action that a view is about, `quiet` stands back beside others, `icon` shows
   * a picture alone and needs a label, `danger` takes something away.
   */
  readonly kind?: 'main' | 'plain' | 'quiet' | 'icon' | 'danger';
  /** True for the button that sends a form. */
  readonly submit?: boolean;
  /** Its name for screen readers, where the content alone does not say enough. */
  readonly label?: string | undefined;
}

/** A button. What it says is what happens. */
export function Button({ kind = 'plain', label, submit, ...rest }: ButtonProps) {
  return (
    <button
      type={submit ? 'submit' : 'button'}
      className={`${styles.button} ${styles[kind]}`}
      aria-label={label}
      title={kind === 'icon' ? label : undefined}
      {...rest}
    />
  );
}
