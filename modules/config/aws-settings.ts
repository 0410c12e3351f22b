import { flag, list, text } from './setting.ts';
import type { Setting } from './setting.ts';

const scope = 'aws';

/** What the target `aws` alone can be told. */
export const awsSettings = {
  awsRegion: text(
    { variable: 'KIT_REGION', place: 'aws.region', meaning: 'region of AWS', scope },
    {
      // Names of policies and services are other ones in China and GovCloud.
      accepted: 'a region as eu-central-1, none of China or GovCloud',
      matches: (value) => /^(?!cn-|us-gov-|us-iso)[a-z]{2}(-[a-z]+){1,2}-[1-9]$/.test(value),
    },
    'eu-central-1',
  ),
  awsAdmins: list(
    {
      variable: 'KIT_AWS_ADMINS',
      place: 'aws.admins',
      meaning: 'who administers the cluster: roles and users by their ARN',
      scope,
      fallbackText: 'who deploys it first',
    },
    {
      accepted: 'ARNs of roles or users, parted by commas',
      matches: (value) => /^arn:aws[\w-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/.test(value),
    },
  ),
  awsNatPerZone: flag(
    {
      variable: 'KIT_NAT_PER_ZONE',
      place: 'aws.natPerZone',
      meaning: 'a NAT gateway in each zone where the size has one for all',
      scope,
    },
    false,
  ),
} satisfies Record<string, Setting<unknown>>;
