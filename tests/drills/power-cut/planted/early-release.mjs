// The broker with a planted fault: records of a log that is small are written over before LMDB has them.
import { register } from 'node:module';

register('./planting-hooks.mjs', import.meta.url, {
  data: {
    file: '/logged-store.js',
    right: 'this.#sealed = sealed;',
    wrong: 'this.#sealed = sealed; this.#log.release(position);',
  },
});

await import('./small-log.mjs');
