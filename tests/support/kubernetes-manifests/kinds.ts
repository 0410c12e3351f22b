import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { StorageClass } from 'kubernetes-models/storage.k8s.io/v1/StorageClass';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { PersistentVolume } from 'kubernetes-models/v1/PersistentVolume';
import { PersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import { Secret } from 'kubernetes-models/v1/Secret';
import { Service } from 'kubernetes-models/v1/Service';

/** What checks objects of a kind, and says which kind that is. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly prototype: { validate(): void };
}

/** The kind of each resource type of Terraform that the kit uses. */
export const kinds: Readonly<Record<string, Kind>> = {
  kubernetes_config_map_v1: ConfigMap,
  kubernetes_deployment_v1: Deployment,
  kubernetes_namespace_v1: Namespace,
  kubernetes_network_policy_v1: NetworkPolicy,
  kubernetes_persistent_volume_claim_v1: PersistentVolumeClaim,
  kubernetes_persistent_volume_v1: PersistentVolume,
  kubernetes_pod_disruption_budget_v1: PodDisruptionBudget,
  kubernetes_secret_v1: Secret,
  kubernetes_service_v1: Service,
  kubernetes_stateful_set_v1: StatefulSet,
  kubernetes_storage_class_v1: StorageClass,
};
