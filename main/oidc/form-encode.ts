/**
 * One value of a form, for RFC 6749 appendix B. As browsers do it, so that the hyphens and dots of
 * a usual client id stay what they are: some providers never decode.
 */
export function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
