import {
  refuseInsecurePods,
  restrictedViolations,
} from '../../../../../support/simulated-providers/provider/pod-security.ts';
import type { ObjectValue } from '../../../../../support/simulated-providers/provider/values.ts';
import { liveObject, resourceCall } from './resource-calls.ts';

const good: ObjectValue = {
  allow_privilege_escalation: false,
  capabilities: [{ drop: ['ALL'] }],
  run_as_non_root: true,
  seccomp_profile: [{ type: 'RuntimeDefault' }],
};
const pod = (context: ObjectValue, others: ObjectValue = {}): ObjectValue => ({
  container: [{ name: 'broker', security_context: [context] }],
  ...others,
});

describe('The profile restricted', () => {
  test('lets a pod pass whose containers, or the pod for them, give everything up', () => {
    expect(restrictedViolations(pod(good))).toEqual([]);
    const { run_as_non_root: nonRoot, seccomp_profile: profile, ...own } = good;
    const ofPod = { run_as_non_root: nonRoot ?? null, seccomp_profile: profile ?? null };
    expect(restrictedViolations(pod(own, { security_context: [ofPod] }))).toEqual([]);
  });

  test.each([
    ['allow_privilege_escalation', null, 'allow_privilege_escalation'],
    ['capabilities', [{ drop: ['NET_RAW'] }], 'must drop ALL'],
    ['capabilities', [{ drop: ['ALL'], add: ['SYS_ADMIN'] }], 'NET_BIND_SERVICE only'],
    ['run_as_non_root', null, 'run_as_non_root'],
    ['run_as_user', '0', 'user 0'],
    ['privileged', true, 'privileged'],
    ['seccomp_profile', [{ type: 'Unconfined' }], 'seccomp_profile.type'],
  ])('refuses %s of %j', (name, value, message) => {
    const violations = restrictedViolations(pod({ ...good, [name]: value }));
    expect(violations).toEqual([expect.stringContaining(message)]);
  });

  test('looks at init containers, host namespaces and host paths too', () => {
    const violations = restrictedViolations(
      pod(good, {
        host_network: true,
        init_container: [{ name: 'prepare' }],
        volume: [{ name: 'root', host_path: [{ path: '/' }] }],
      }),
    );
    expect(violations.join()).toContain('host_network');
    expect(violations.join()).toContain('container "prepare"');
    expect(violations.join()).toContain('volume "root"');
  });

  test('is asked only in a namespace that enforces it', () => {
    const namespace = (profile: string): ReturnType<typeof liveObject> =>
      liveObject('kubernetes_namespace_v1', {
        metadata: [{ name: 'broker', labels: { 'pod-security.kubernetes.io/enforce': profile } }],
      });
    const values = {
      metadata: [{ name: 'it', namespace: 'broker' }],
      spec: [{ template: [{ spec: [pod({})] }] }],
    };
    const refusal = (profile: string): string | undefined =>
      refuseInsecurePods(
        resourceCall('create', 'kubernetes_stateful_set_v1', values, {
          live: [namespace(profile)],
        }),
      )?.detail;
    expect(refusal('restricted')).toContain(
      'violates PodSecurity "restricted": container "broker"',
    );
    expect(refusal('baseline')).toBeUndefined();
  });
});
