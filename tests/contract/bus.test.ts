import { LocalBus } from '../../broker/src/bus/local/index.ts';
import { busContract } from './bus.contract.ts';

busContract({ name: 'local', create: () => new LocalBus() });
