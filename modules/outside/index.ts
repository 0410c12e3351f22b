export { askAws } from './ask-aws.ts';
export type { AwsAnswer } from './ask-aws.ts';
export { realOutside } from './outside.ts';
export type { Outside } from './outside.ts';
