// The broker with a planted fault: any password is right.
import { Authenticator } from '../../../broker/dist/core/users/index.js';

Authenticator.prototype.authenticate = function () {
  return Promise.resolve(this.find('root'));
};
