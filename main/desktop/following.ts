import { nativeTheme } from 'electron';
import type { Settings } from '../../shared/model.ts';
import type { StateStore } from '../state.ts';

export interface FollowingDeps {
  readonly state: StateStore;
  readonly setLoginItem: (open: boolean) => void;
  /** A local program has asked, or waits for a code; the person is to see it at once. */
  readonly onQuestion: () => void;
  /** A question or a sign-in has begun or ended. */
  readonly onPendingChange: () => void;
}

/** Does to the desktop what the state says: theme, login item, questions. Returns the way to stop. */
export function followState(deps: FollowingDeps): () => void {
  const { state, setLoginItem, onQuestion, onPendingChange } = deps;
  let { openAtLogin } = state.get('settings');
  let asked = new Set<string>();

  function followSettings(settings: Settings): void {
    nativeTheme.themeSource = settings.theme;
    // Only a change: who has taken the entry away in the system's settings meant it.
    if (settings.openAtLogin === openAtLogin) return;
    openAtLogin = settings.openAtLogin;
    setLoginItem(openAtLogin);
  }

  function followQuestions(): void {
    const questions = [...state.get('confirmations'), ...state.get('prompts')];
    const open = new Set(questions.map(({ id }) => id));
    const isNew = [...open].some((id) => !asked.has(id));
    asked = open;
    if (isNew) onQuestion();
  }

  followSettings(state.get('settings'));
  followQuestions();
  return state.subscribe((slice) => {
    if (slice === 'settings') followSettings(state.get('settings'));
    const isQuestion = slice === 'confirmations' || slice === 'prompts';
    if (isQuestion) followQuestions();
    if (isQuestion || slice === 'signIns') onPendingChange();
  });
}
