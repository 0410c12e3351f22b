import { loadKit } from '../../../../../modules/config/index.ts';
import type { Kit } from '../../../../../modules/config/index.ts';

/** A kit that no problem of its own stands in the way of. */
export function kitOf(variables: Record<string, string> = {}): Kit {
  return loadKit({
    config: { environments: {} },
    variables: {
      KIT_ADMIN_CIDRS: '203.0.113.0/24',
      KIT_CLIENT_CIDRS: '203.0.113.0/24',
      KIT_TLS: 'secret:front',
      ...variables,
    },
    root: '/nowhere',
    now: new Date('2026-11-30T00:00:00Z'),
  });
}
