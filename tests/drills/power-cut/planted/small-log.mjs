// The broker with a log that holds a dozen commits: it is written over while the drill looks on, and
// commits of a few messages go round it.
import { limits } from '../../../../broker/dist/config/limits.js';

Object.assign(limits, { storeLogBytes: 64 * 1024, directCommitBytesMin: 16 * 1024 });

await import('../../../../broker/dist/main.js');
