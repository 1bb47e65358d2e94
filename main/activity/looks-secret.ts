/**
 * Somebody may put a key where an account's name belongs. What looks like one is not written down:
 * access key ids, JSON web tokens, grants, and words too long and too mixed for a name.
 */
const keyLike = /^(A[KS]IA[A-Z0-9]{12,}|eyJ[\w-]+(\.[\w-]*)*|keyfob_\S{16,})$/;
const longWord = /^[\w+=.~-]{32,}$/;

/** Whether a text that was given as a name may be a key or a token instead. */
export function looksSecret(text: string): boolean {
  return text.split(/[\s/,;:"']+/).some((word) => {
    if (keyLike.test(word)) return true;
    return longWord.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word);
  });
}
