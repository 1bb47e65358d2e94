import { text } from '../text.ts';
import styles from './diff.module.css';

/** More lines than this nobody reads in a window; the rest is counted. */
const linesShown = 400;

/** A change to a file, as of `diff -u`; plus and minus say it, colour only adds to them. */
export function Diff(props: { readonly label: string; readonly children: string }) {
  const lines = props.children.trimEnd().split('\n');
  const more = lines.length - linesShown;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={styles.diff} tabIndex={0} aria-label={props.label}>
      <pre>
        {lines.slice(0, linesShown).map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines are replaced as a whole
          <span key={index} className={`${styles.line} ${styles[kindOf(line)] ?? ''}`}>
            {line === '' ? ' ' : line}
          </span>
        ))}
      </pre>
      {more > 0 && <p className={`${styles.line} ${styles.head}`}>{text.profiles.more(more)}</p>}
    </section>
  );
}

function kindOf(line: string): string {
  if (/^(?:---|\+\+\+|@@)/.test(line)) return 'head';
  if (line.startsWith('+')) return 'added';
  if (line.startsWith('-')) return 'removed';
  return 'same';
}
