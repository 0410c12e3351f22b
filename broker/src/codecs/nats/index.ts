export { CommandParser, type CommandHandler, type CommandLimits } from './command-parser.ts';
export { protocolErrorTexts, type ProtocolErrorKind } from './protocol-error.ts';
export {
  type DeliveryNumbers,
  deliveryStart,
  type FrameAddress,
  FrameBuffer,
  type PubAck,
} from './frame-buffer.ts';
export {
  BAD_DIRECT_GET,
  badRequest,
  CONSUMER_DELETED,
  EMPTY_DIRECT_GET,
  EXCEEDED_MAX_WAITING,
  idleHeartbeat,
  MESSAGE_NOT_FOUND,
  messageTooLarge,
  NO_MESSAGES,
  NO_RESPONDERS,
  type PullRemainder,
  REQUESTS_PENDING,
  requestTimeout,
} from './status.ts';
export {
  type AckAddress,
  ackSubjectStart,
  formatAckSubject,
  parseAckSubject,
} from './ack-subject.ts';
export { AckSubjectReader } from './ack-subject-reader.ts';
export { type Ack, parseAck } from './ack.ts';
export { type ParsedPullRequest, parsePullRequest, type PullRequest } from './pull-request.ts';
export {
  formatHeaders,
  type Header,
  isHeaderBlockValid,
  readHeader,
  readHeaders,
  replaceHeaders,
} from './header-block.ts';
export { headerBlocks } from './header-blocks.ts';
export { isPublishSubject, isSubscriptionSubject } from './subject.ts';
