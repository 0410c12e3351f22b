// The broker with a planted fault: no message id is remembered.
import { DedupeWindow } from '../../../broker/dist/core/local-engine/dedupe-window.js';

DedupeWindow.prototype.find = () => undefined;
