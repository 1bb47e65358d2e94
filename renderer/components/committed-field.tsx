import { useRef, useState } from 'react';
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
  // A question in front of the window takes the focus, and with it the field is left once more.
  const committing = useRef(false);

  async function commit() {
    if (typed === undefined || typed === value || committing.current) return;
    committing.current = true;
    const wrong = await onCommit(typed);
    committing.current = false;
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
