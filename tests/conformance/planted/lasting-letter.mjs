// The broker with a planted fault: a dead letter that was sent on and acked stays.
import { DeadLetters } from '../../../broker/dist/core/dead-letters/index.js';

DeadLetters.prototype.acknowledge = () => Promise.resolve(true);
