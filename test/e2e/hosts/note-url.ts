import { appendFileSync } from 'node:fs';

/** Stands in for the person's browser, as KEYFOB_BROWSER: writes down what it was to open. */
const [file = '', url = ''] = process.argv.slice(2);
appendFileSync(file, `${url}\n`);
