// The program that cdktf runs.
import { createRequire } from 'node:module';
import type * as synthesis from './synthesize.ts';

// Each file of a cloud's bindings carries its whole source as a map, which Node would read and keep since tsx asked for
// traces in the words of the source: 90 MB, and a tenth of the time.
process.setSourceMapsEnabled(false);

// By require: an import would have each of the bindings' files parsed once more, for the names that it exports, and a
// thread of its own asked for each of ours. A quarter of the time.
const { synthesize } = createRequire(import.meta.url)('./synthesize.ts') as typeof synthesis;
await synthesize(process.env);
