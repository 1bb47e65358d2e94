import { searchActivity } from '../activity/search.ts';
import type { HandlersDeps, HandlersOf } from './deps.ts';

/** What reads the record. */
export function activityHandlers({
  activity,
  recordFile,
}: HandlersDeps): HandlersOf<'activity.list'> {
  return {
    async 'activity.list'(query) {
      await activity.flush();
      return searchActivity(await recordFile.all(), query);
    },
  };
}
