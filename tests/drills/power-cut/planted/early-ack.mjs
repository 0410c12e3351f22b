// The broker with a planted fault: a commit is taken for done when it has been handed to the store.
import { LmdbStore } from '../../../../broker/dist/engines/embedded/index.js';

const commit = LmdbStore.prototype.commit;
LmdbStore.prototype.commit = function (changes) {
  commit.call(this, changes).catch(() => undefined);
  return Promise.resolve();
};

await import('../../../../broker/dist/main.js');
