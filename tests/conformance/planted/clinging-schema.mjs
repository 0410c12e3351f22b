// The broker with a planted fault: a schema that is detached stays.
import { StationSchemas } from '../../../broker/dist/core/schemas/index.js';

StationSchemas.prototype.detach = () => Promise.resolve();
