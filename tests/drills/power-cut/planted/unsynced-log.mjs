// The broker with a planted fault: writes to the log are not flushed.
import { register } from 'node:module';

register('./planting-hooks.mjs', import.meta.url, {
  data: {
    file: '/log-file.js',
    right: 'flushesItself ? constants.O_DSYNC : 0',
    wrong: '0',
  },
});

await import('../../../../broker/dist/main.js');
