// The broker with a planted fault: a commit is taken for done when it has been handed to the store.
import { LoggedStore } from '../../../../broker/dist/engines/embedded/logged-store.js';

const commit = LoggedStore.prototype.commit;
LoggedStore.prototype.commit = function (changes) {
  commit.call(this, changes).catch(() => undefined);
  return Promise.resolve();
};

await import('../../preload/handed-over.mjs');
