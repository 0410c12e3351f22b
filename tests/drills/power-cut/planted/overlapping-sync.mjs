// The broker with a planted fault: LMDB with `overlappingSync`, its default, with which a commit resolves
// when others can see it, and the flush comes later.
import { register } from 'node:module';

register('./overlapping-sync-hooks.mjs', import.meta.url);

await import('../../../../broker/dist/main.js');
