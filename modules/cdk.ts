// The only importer of cdktf beside the provider classes: leaving the archived package
// (docs/decisions) is then a change of one file, or of one alias in package.json.
export {
  Annotations,
  App,
  DataResource,
  Fn,
  GcsBackend,
  LocalBackend,
  S3Backend,
  TerraformLocal,
  TerraformOutput,
  TerraformStack,
  Testing,
} from 'cdktf';
export type { ITerraformDependable } from 'cdktf';
export { Construct } from 'constructs';
