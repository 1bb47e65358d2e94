/**
 * The protocol that helper and clients of the same build speak; sent by both in the header
 * `Keyfob-Protocol`. Raise it when a command's schema changes incompatibly.
 */
export const protocolVersion = 1;
