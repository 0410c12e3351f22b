// The broker with a planted fault: a station that is destroyed stays.
import { StationRegistry } from '../../../broker/dist/core/stations/index.js';

StationRegistry.prototype.destroy = function (name) {
  return Promise.resolve(this.find(name) !== undefined);
};
