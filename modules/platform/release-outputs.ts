import type { CloudSettings } from '../config/index.ts';
import type { Cluster, Credential, Ingress, ReleaseOutputs } from '../contract/index.ts';
import { namespaceName } from './namespace.ts';

/** The outputs of a release in a cluster: those of every target, and what is needed to look inside. */
export interface ClusterOutputs extends ReleaseOutputs {
  readonly kubeconfig_command: string;
  readonly namespace: string;
  readonly image: string;
  /** When the environment may be taken down (ISO 8601), or `never`. */
  readonly expires_at: string;
}

/** What the user of a release needs to know. No password is among it, only the command that prints one. */
export function releaseOutputs(
  settings: Pick<CloudSettings, 'record'>,
  parts: {
    readonly cluster: Pick<Cluster, 'kubeconfigCommand'>;
    readonly ingress: Pick<Ingress, 'ports'>;
    readonly root: Pick<Credential, 'printCommand'>;
    readonly image: string;
  },
): ClusterOutputs {
  const { cluster, ingress, root, image } = parts;
  const urlOf = (name: 'client' | 'webSocket'): string => {
    const port = ingress.ports.find((offered) => offered.name === name);
    if (port === undefined) throw new Error(`The load balancer does not offer the port ${name}`);
    return port.url;
  };
  return {
    client_url: urlOf('client'),
    websocket_url: urlOf('webSocket'),
    admin_user: 'root',
    admin_password_command: root.printCommand,
    kubeconfig_command: cluster.kubeconfigCommand,
    namespace: namespaceName,
    image,
    expires_at: settings.record.expires ?? 'never',
  };
}
