import { useState } from 'react';
import { Field, type FieldProps } from './field.tsx';

/**
 * A field whose value holds from Enter on, or from when it is left. `onCommit` says what was wrong, or nothing.
 */
export function CommittedField(
  props: Omit<FieldProps, 'onChange' | 'error' | 'onKeyDown' | 'onBlur'> & {
    readonly onCommit: (value: string) => Promise<string | undefined>;
  },
) {
  const { value, onCommit, ...rest } = props;
  const [typed, setTyped] = useState<string>();
  const [error, setError] = useState<string>();

  async function commit() {
    if (typed === undefined || typed === value) return;
    const wrong = await onCommit(typed);
    setError(wrong);
    if (wrong === undefined) setTyped(undefined);
  }

  return (
    <Field
      {...rest}
      value={typed ?? value}
      error={error}
      onChange={(next) => {
        setTyped(next);
        setError(undefined);
      }}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') void commit();
      }}
    />
  );
}
