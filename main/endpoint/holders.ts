/** What one process was given in answer to one question. */
export interface Held {
  readonly token: string | undefined;
  keep(token: string): void;
}

/**
 * Who was given which token, of those who keep what they get until its end. Only the latest are
 * remembered: whoever is not known here is simply given what is at hand.
 */
export function createHolders(max = 256) {
  const given = new Map<string, string>();
  return {
    /** Undefined for whoever keeps nothing. The question has the holder in it. */
    of(holder: string | undefined, question: string): Held | undefined {
      if (holder === undefined) return undefined;
      return {
        token: given.get(question),
        keep(token) {
          given.delete(question);
          const [oldest] = given.keys();
          if (given.size >= max && oldest !== undefined) given.delete(oldest);
          given.set(question, token);
        },
      };
    },
  };
}
