import { Copy } from 'lucide-react';
import { useId } from 'react';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { Button } from './button.tsx';
import styles from './snippet.module.css';

/** Lines to paste somewhere, with one button that copies them. */
export function Snippet(props: {
  /** What the lines are, as in "Copied: Profile". */
  readonly name: string;
  /** Where they go, or what they do. */
  readonly where?: string | undefined;
  readonly children: string;
}) {
  const copy = useKeyfob((view) => view.copy);
  const id = useId();
  return (
    <figure className={styles.snippet} aria-labelledby={id}>
      <figcaption className={styles.head} id={id}>
        <span className={styles.name}>{props.name}</span>
        {props.where !== undefined && <span className={styles.where}>{props.where}</span>}
      </figcaption>
      <div className={styles.box}>
        <pre className={styles.lines}>{props.children}</pre>
        <span className={styles.copy}>
          <Button
            kind="icon"
            label={text.tools.copyNamed(props.name)}
            onClick={() => copy(props.children, props.name)}
          >
            <Copy aria-hidden="true" />
          </Button>
        </span>
      </div>
    </figure>
  );
}
