// The broker with every write handed to another thread: while the disk holds one, it goes on to answer what does
// not depend on it, and a test can see what it does not answer.
import { limits } from '../../../broker/dist/config/limits.js';

Object.assign(limits, { blockingCommitBytesMax: 0 });

await import('../../../broker/dist/main.js');
