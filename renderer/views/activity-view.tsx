import { useMemo, useState } from 'react';
import type { ActivityEntry } from '../../shared/model.ts';
import { activityDays } from '../activity-days.ts';
import { byWhom, subjectOf, whyFailed } from '../activity-words.ts';
import { Choice } from '../components/choice.tsx';
import { Notice } from '../components/notice.tsx';
import { StatusMark } from '../components/status.tsx';
import { ViewFrame } from '../components/view-frame.tsx';
import { formatCount } from '../numbers.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { dayOf, timeOfDay } from '../times.ts';
import styles from './activity-view.module.css';

const none: readonly ActivityEntry[] = [];

/** Who asked for what, when, and how it went. */
export function ActivityView() {
  const activity = useKeyfob(({ state }) => state?.activity) ?? none;
  const [show, setShow] = useState<'all' | 'problems'>('all');
  const days = useMemo(() => {
    const wanted = show === 'all' ? activity : activity.filter(({ outcome }) => outcome !== 'ok');
    return activityDays(wanted, dayOf);
  }, [activity, show]);
  return (
    <ViewFrame title={text.activity.title}>
      {activity.length === 0 ? (
        <Notice kind="empty" title={text.activity.empty}>
          {text.activity.emptyWhy}
        </Notice>
      ) : (
        <>
          <Choice
            label={text.activity.show}
            labelHidden={true}
            value={show}
            choices={[
              { value: 'all', label: text.activity.all },
              { value: 'problems', label: text.activity.problems },
            ]}
            onChange={setShow}
          />
          {days.length === 0 && (
            <Notice kind="empty" title={text.activity.noProblems}>
              {text.activity.noProblemsWhy}
            </Notice>
          )}
          {days.map(({ day, entries }) => (
            <section key={day} aria-label={day} className={styles.day}>
              <h2 className={styles.heading}>{day}</h2>
              <ul>
                {entries.map((entry) => (
                  <Entry key={entry.id} entry={entry} />
                ))}
              </ul>
            </section>
          ))}
        </>
      )}
    </ViewFrame>
  );
}

function Entry({ entry }: { readonly entry: ActivityEntry }) {
  const why = whyFailed(entry);
  const ok = why === undefined;
  return (
    <li className={styles.entry}>
      <span className={styles.mark}>
        <StatusMark shape={ok ? 'dot' : 'diamond'} />
      </span>
      <div className={styles.words}>
        <p>
          {ok ? text.activity.what[entry.what] : text.activity.failedWhat[entry.what]}{' '}
          <span className={styles.subject}>{subjectOf(entry)}</span>
        </p>
        <p className={styles.more}>
          {byWhom(entry)}
          {entry.count > 1 && `, ${text.activity.count(formatCount(entry.count))}`}
          {why !== undefined && `: ${why}`}
        </p>
      </div>
      <time className={styles.time} dateTime={entry.lastAt}>
        {timeOfDay(entry.lastAt)}
      </time>
    </li>
  );
}
