export { Authenticator, rootUserName } from './authenticator.ts';
export type { Credentials } from './credentials.ts';
export type { PasswordCheckLimits } from './password-checks.ts';
export type { User, UserKind } from './user.ts';
