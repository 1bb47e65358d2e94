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
  const latest = useRef<string>(undefined);
  // A question in front of the window takes the focus, and with it the field is left once more.
  const committing = useRef<string>(undefined);

  async function commit() {
    if (typed === undefined || typed === value || typed === committing.current) return;
    committing.current = typed;
    const wrong = await onCommit(typed);
    if (committing.current === typed) committing.current = undefined;
    // What was typed meanwhile stays, until it is committed itself.
    if (latest.current !== typed) return;
    setError(wrong);
    if (wrong === undefined) setTyped(undefined);
  }

  return (
    <Field
      {...rest}
      value={typed ?? value}
      error={error}
      onChange={(next) => {
        latest.current = next;
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
