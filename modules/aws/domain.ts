import { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate/index.js';
import { AcmCertificateValidation } from '@cdktf/provider-aws/lib/acm-certificate-validation/index.js';
import { DataAwsRoute53Zone } from '@cdktf/provider-aws/lib/data-aws-route53-zone/index.js';
import type { Lb } from '@cdktf/provider-aws/lib/lb/index.js';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js';
import type { Ready } from '../contract/index.ts';
import type { Site } from './site.ts';

/** The name of an environment in a DNS zone of the account: `dev.broker.example.com`. */
export class Domain {
  readonly hostname: string;
  private readonly site: Site;
  private readonly zoneId: string;

  constructor(site: Site, zoneName: string) {
    this.site = site;
    this.hostname = `${site.environment}.${zoneName}`;
    this.zoneId = new DataAwsRoute53Zone(site.scope, 'domain-zone', {
      name: zoneName,
      privateZone: false,
    }).zoneId;
  }

  /** Leads the name to a load balancer. */
  leadTo(balancer: Lb): Ready {
    return [
      new Route53Record(this.site.scope, 'domain', {
        zoneId: this.zoneId,
        name: this.hostname,
        type: 'A',
        alias: {
          name: balancer.dnsName,
          zoneId: balancer.zoneId,
          evaluateTargetHealth: false,
        },
      }),
    ];
  }

  /** The ARN of a certificate for the name, once AWS has seen that the zone is ours. */
  certificate(): string {
    const { scope, after } = this.site;
    const certificate = new AcmCertificate(scope, 'certificate', {
      domainName: this.hostname,
      validationMethod: 'DNS',
      lifecycle: { createBeforeDestroy: true },
      dependsOn: [...after],
    });
    const proof = certificate.domainValidationOptions.get(0);
    const record = new Route53Record(scope, 'certificate-proof', {
      zoneId: this.zoneId,
      name: proof.resourceRecordName,
      type: proof.resourceRecordType,
      records: [proof.resourceRecordValue],
      ttl: 60,
      // The same for each certificate of one name: the next one finds it there.
      allowOverwrite: true,
    });
    return new AcmCertificateValidation(scope, 'certificate-valid', {
      certificateArn: certificate.arn,
      validationRecordFqdns: [record.fqdn],
    }).certificateArn;
  }
}
