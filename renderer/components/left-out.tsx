import { text } from '../text.ts';
import styles from './found-connections.module.css';
import { Section } from './section.tsx';

/** More than this tell a person nothing new; the rest is counted. */
const shown = 10;

/** What of the found profiles can't be brought in, and why. */
export function LeftOut(props: {
  readonly skipped: readonly { readonly source: string; readonly reason: string }[];
}) {
  const { skipped } = props;
  return (
    <Section title={text.connect.leftOut} description={text.connect.leftOutHelp}>
      <ul className={styles.skipped}>
        {skipped.slice(0, shown).map(({ source, reason }) => (
          <li key={`${source} ${reason}`}>
            <span className={styles.source}>{source}</span>
            {`: ${reason}`}
          </li>
        ))}
        {skipped.length > shown && <li>{text.profiles.more(skipped.length - shown)}</li>}
      </ul>
    </Section>
  );
}
