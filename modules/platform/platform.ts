import type { Construct } from '../cdk.ts';
import type { CloudSettings } from '../config/index.ts';
import type {
  Cloud,
  Cluster,
  Database,
  Disks,
  Ingress,
  Network,
  Preset,
  Ready,
  Release,
} from '../contract/index.ts';
import type { BrokerImage } from '../image/index.ts';
import { brokers } from './broker.ts';
import { disruptionBudget } from './disruption-budgets.ts';
import { reachKubernetes } from './kubernetes-access.ts';
import { brokerNamespace } from './namespace.ts';
import { natsCluster, natsServers } from './nats-cluster.ts';
import { natsPorts } from './nats-ports.ts';
import { networkPolicies } from './network-policies.ts';
import type { Place } from './place.ts';
import { releaseOutputs } from './release-outputs.ts';
import type { ClusterOutputs } from './release-outputs.ts';
import { brokerMonitoring, natsMonitoring, natsService, publicService } from './services.ts';
import { messageStorage } from './storage.ts';
import type { MessageStorage } from './storage.ts';

/** What a cloud gives to run brokers on. */
export interface PlatformParts {
  readonly network: Network;
  readonly cluster: Cluster;
  /** Undefined where metadata are kept with the messages. */
  readonly database: Database | undefined;
  readonly disks: Disks;
  readonly ingress: Ingress;
  readonly image: BrokerImage;
  /** The cloud, as the keeper of passwords. */
  readonly credentials: Pick<Cloud, 'credential'>;
}

/** Everything that runs in the cluster, the same on every cloud: brokers, and what they stand on. */
export class Platform {
  private readonly scope: Construct;
  private readonly settings: CloudSettings;
  private readonly preset: Preset;
  private readonly parts: PlatformParts;

  constructor(scope: Construct, settings: CloudSettings, preset: Preset, parts: PlatformParts) {
    this.scope = scope;
    this.settings = settings;
    this.preset = preset;
    this.parts = parts;
  }

  /**
   * Brokers that serve. The namespace waits for everything that has to outlive it, which orders the whole
   * environment in both directions: network, cluster and load balancer go when the cluster is empty.
   */
  release(after: Ready): Release & { readonly outputs: ClusterOutputs } {
    const { network, cluster, database, ingress, image, credentials } = this.parts;
    reachKubernetes(this.scope, cluster.access);
    const before = [...network.ready, ...cluster.ready, ...cluster.reach, ...ingress.ready];
    const namespace = brokerNamespace(this.scope, [...after, ...before]);
    const place = { scope: this.scope, namespace: namespace.metadata.name };

    const hasNats = this.preset.nats !== null;
    const policies = networkPolicies(place, { cluster, ingress, database, hasNats });
    const storage = this.storage(place);
    const nats = this.nats(place, storage, policies);
    publicService(place, ingress);
    const names = brokerMonitoring(place);
    const running = brokers(place, this.settings, this.preset, {
      image,
      database,
      credentials,
      natsServers: natsServers(this.preset.nats?.replicas ?? 0, natsPorts.client),
      storage: hasNats ? undefined : storage,
      after: [...policies, names, ...nats],
    });
    disruptionBudget(place, 'broker', this.preset.broker);

    const root = credentials.credential('root');
    const facts = { cluster, ingress, root, image: image.reference };
    return { ready: running, outputs: releaseOutputs(this.settings, facts) };
  }

  private storage(place: Place): MessageStorage {
    const { preset, parts } = this;
    return messageStorage(place, parts.disks, {
      workload: preset.nats === null ? 'broker' : 'nats',
      count: preset.nats?.replicas ?? 1,
      zoneCount: preset.zoneCount,
      sizeGiB: preset.diskGiB,
      installName: this.settings.name,
    });
  }

  /** Nothing where the broker keeps messages itself. */
  private nats(place: Place, storage: MessageStorage, policies: Ready): Ready {
    const { nats, diskGiB } = this.preset;
    if (nats === null) return [];
    const service = natsService(place);
    natsMonitoring(place);
    disruptionBudget(place, 'nats', { replicas: nats.replicas, unavailableCountMax: 1 });
    return natsCluster(
      place,
      this.settings.name,
      { ...nats, diskGiB },
      {
        credentials: this.parts.credentials,
        storage,
        after: [...policies, service],
      },
    );
  }
}
