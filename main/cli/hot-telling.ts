/** Longer than any answer takes that needs nobody. */
const patienceMs = 700;

/**
 * Waits for `work`, and once that takes a while says on stderr what a person is asked meanwhile.
 * Settles as `work` does.
 */
export async function tellingQuestions<T>(socket: string, work: Promise<T>): Promise<T> {
  let over = false;
  let stop = () => {};
  const timer = setTimeout(() => {
    import('./questions.ts').then(
      ({ tellQuestions }) => {
        if (!over) stop = tellQuestions(socket);
      },
      () => undefined, // Replaced by an update meanwhile: the work goes on without.
    );
  }, patienceMs);
  try {
    return await work;
  } finally {
    over = true;
    clearTimeout(timer);
    stop();
  }
}
