/**
 * Keeps V8's young generation at its first size from here on. Loading programs and reading the
 * catalogue would make it grow to 16 MiB, which V8 does not give back as long as nothing happens;
 * a helper does nothing most of the time. Imported before everything else.
 */
const { setFlagsFromString } = process.getBuiltinModule('node:v8');
setFlagsFromString('--semi-space-growth-factor=1');

/** Lets it grow again, as far as traffic needs. 2 is V8's own factor. */
export function letHeapGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
