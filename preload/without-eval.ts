import { z } from 'zod';

/**
 * Comes before every other import: zod compiles validators with `new Function` where it may, and
 * even trying to is a violation of the page's policy.
 */
z.config({ jitless: true });
