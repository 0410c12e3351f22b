/** One handing-over of one message to one member of a group. */
export interface Delivery {
  readonly sequence: number;
  /** 1 on the first delivery, one more on each repeat. */
  readonly deliveryCount: number;
  /** Running number of the group's deliveries on this partition. */
  readonly deliverySequence: number;
  readonly storedAtMs: number;
  /** Not yet delivered to the group, at this moment. */
  readonly undeliveredCount: number;
  /** Header block and payload in one piece; valid only during the call that hands it over. */
  readonly message: Uint8Array;
  /** How many bytes of `message` are the header block. */
  readonly headerBytes: number;
}

/** What a member says of a message. */
export type Settlement =
  /** Done. */
  | { readonly kind: 'ack' }
  /** Again, after `delayMs` (0: after the group's back-off, or at once where it has none). */
  | { readonly kind: 'nack'; readonly delayMs: number }
  /**
   * Never again for this group: it becomes a dead letter with this reason. Without a reason it is held, because
   * SDKs say why in a second message: nothing is delivered or settled until a `term` that has one.
   */
  | { readonly kind: 'term'; readonly reason: string | undefined }
  /** Still at work: the ack timeout starts anew. */
  | { readonly kind: 'progress' };
