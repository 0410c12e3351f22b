// The broker with a planted fault: LMDB with `overlappingSync`, its default, with which a commit resolves
// when others can see it, and the flush comes later; records of a log that is small are written over before.
import { register } from 'node:module';

register('./planting-hooks.mjs', import.meta.url, {
  data: {
    file: '/lmdb-store.js',
    right: 'overlappingSync: false,',
    wrong: 'overlappingSync: true,',
  },
});

await import('./small-log.mjs');
