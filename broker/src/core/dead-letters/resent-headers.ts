// Header fields by which SDKs know a dead letter that is sent on (wire-protocol.md 4).

/** Who produced the message. */
export const producedByHeader = '$memphis_producedBy';
/** Value of `producedByHeader` in a dead letter that is sent on. */
export const producedByResend = '$memphis_dls';
/** The dead letter's id. */
export const deadLetterIdHeader = '$memphis_pm_id';
/** The group that it is for. */
export const deadLetterGroupHeader = '$memphis_pm_cg_name';
