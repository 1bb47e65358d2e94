import { useState } from 'react';
import { useKeyfob } from '../store.ts';
import { Notice } from './notice.tsx';

/** What needs a person's attention, such as a damaged file that was set aside: one at a time. */
export function Problems() {
  const problems = useKeyfob((view) => view.state?.problems);
  const [read, setRead] = useState<ReadonlySet<string>>(new Set());
  const keyOf = (one: { since: string; message: string }) => `${one.since} ${one.message}`;
  const problem = problems?.find((one) => !read.has(keyOf(one)));
  if (problem === undefined) return null;
  return (
    <Notice
      kind="error"
      form="strip"
      title={problem.message}
      onDismiss={() => setRead(new Set([...read, keyOf(problem)]))}
    >
      {problem.hint}
    </Notice>
  );
}
