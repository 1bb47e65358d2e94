/** A grant's bearer token: 256 random bits, and a beginning by which a leaked one is recognised. */
export const grantTokenForm = /^keyfob_[A-Za-z0-9_-]{43}$/;
