import { countdown, timeLeft, useTimeText } from '../times.ts';
import styles from './countdown.module.css';

/** What remains until a moment (ISO 8601), in figures of one width, so that nothing moves. */
export function Countdown(props: {
  readonly until: string;
  /** `watched` is `9:41`, for a deadline that one waits for; `coarse` is `58 min`. */
  readonly form?: 'watched' | 'coarse';
}) {
  const { until, form = 'coarse' } = props;
  const words = useTimeText((nowMs) => (form === 'watched' ? countdown : timeLeft)(until, nowMs));
  return (
    <time className={styles.countdown} dateTime={until}>
      {words}
    </time>
  );
}
