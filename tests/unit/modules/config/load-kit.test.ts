import { KitError, loadKit } from '../../../../modules/config/index.ts';
import type { Kit, KitConfig } from '../../../../modules/config/index.ts';
import { presets } from '../../../../modules/presets/index.ts';

const root = '/checkout';

function load(
  variables: Record<string, string> = {},
  environments: Record<string, unknown> = {},
): Kit {
  return loadKit({ config: { environments } as KitConfig, variables, root });
}

function refusal(
  variables: Record<string, string>,
  environments: Record<string, unknown> = {},
): KitError {
  try {
    load(variables, environments);
  } catch (error) {
    if (error instanceof KitError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const codes = (error: KitError): string[] => error.problems.map(({ code }) => code);

describe('loadKit', () => {
  test('gives an environment that nobody described the defaults', () => {
    expect(load()).toMatchObject({
      environment: 'dev',
      size: 'sandbox',
      preset: presets.sandbox,
      root,
      stateDirectory: '/checkout/state/dev',
      local: {
        host: '127.0.0.1',
        ports: { client: 6666, webSocket: 7770, monitoring: 8222 },
        logLevel: 'info',
        keepData: false,
        problems: [],
      },
    });
  });

  test('takes a variable before kit.config.ts, and kit.config.ts before the default', () => {
    const environments = { b: { local: { logLevel: 'debug', host: '0.0.0.0' } } };
    const { local } = load({ KIT_ENV: 'b', KIT_LOG_LEVEL: 'error' }, environments);
    expect(local).toMatchObject({ logLevel: 'error', host: '0.0.0.0' });
    expect(load({}, environments).local.host).toBe('127.0.0.1');
  });

  test('moves the usual ports by the offset, but not one that is set by itself', () => {
    const { local } = load({ KIT_PORT_OFFSET: '100', KIT_CLIENT_PORT: '7000' });
    expect(local.ports).toEqual({ client: 7000, webSocket: 7870, monitoring: 8322 });
    expect(local.problems).toEqual([]);
  });

  test.each(['a', 'dev', 'my-team-2', 'abcdefghijklmnopqr'])('accepts environment %s', (name) => {
    expect(load({ KIT_ENV: name }).environment).toBe(name);
  });

  test.each(['', 'Dev', '2nd', 'a--b', 'a-', '-a', 'a_b', '../x', 'abcdefghijklmnopqrs'])(
    'rejects environment "%s"',
    (name) => {
      expect(codes(refusal({ KIT_ENV: name }))).toEqual(['ENVIRONMENT_NAME']);
    },
  );

  test('rejects everything that is wrong at once, with what was received and what to do', () => {
    const error = refusal(
      { KIT_ENV: 'My_Env', KIT_SIEZ: 'small', KIT_SIZE: 'huge', KIT_CLIENT_PORT: '66666' },
      { My_Env: { local: { monitoringPort: 'high', clientprot: 1 } } },
    );
    expect(error.message).toMatchInlineSnapshot(`
     "The name of the environment is not valid. (ENVIRONMENT_NAME)
       received: "My_Env" (KIT_ENV)
       accepted: up to 18 lower-case letters, digits and single dashes, starting with a letter, not ending in a dash
       next:     set KIT_ENV to such a name, or leave it out for "dev"

     There is no setting KIT_SIEZ. (VARIABLE_UNKNOWN)
       received: the variable KIT_SIEZ
       accepted: KIT_ADMIN_CIDRS, KIT_ALLOW_DESTROY, KIT_ALLOW_REPLACE, KIT_AWS_ADMINS, KIT_CLIENT_CIDRS, KIT_CLIENT_PORT, KIT_DATABASE, KIT_DOMAIN, KIT_ENV, KIT_FORGET_CLUSTER, KIT_HOST, KIT_IMAGE, KIT_K8S_AUTH, KIT_KEEP_DATA, KIT_LOG_LEVEL, KIT_MONITORING_PORT, KIT_NAT_PER_ZONE, KIT_OWNER, KIT_PORT_OFFSET, KIT_REGION, KIT_SIZE, KIT_SPOT, KIT_STATE, KIT_TLS, KIT_TTL, KIT_WEBSOCKET_PORT
       next:     did you mean KIT_SIZE? Otherwise unset KIT_SIEZ

     kit.config.ts sets environments.My_Env.local.clientprot, which does not exist. (PLACE_UNKNOWN)
       received: environments.My_Env.local.clientprot
       accepted: size, local.keepData, local.host, local.portOffset, local.clientPort, local.webSocketPort, local.monitoringPort, local.logLevel, ttl, owner, domain, tls, adminCidrs, clientCidrs, state, image, spot, database, kubernetesLogin, aws.region, aws.admins, aws.natPerZone
       next:     did you mean local.clientPort? Otherwise remove it from kit.config.ts

     A setting has a value it cannot have: how much of everything the environment gets. (SETTING_INVALID)
       received: "huge" (KIT_SIZE)
       accepted: sandbox, small, medium, large
       next:     change KIT_SIZE, or leave it out for the default

     A setting has a value it cannot have: port for clients (usually 6666). (SETTING_INVALID)
       received: "66666" (KIT_CLIENT_PORT)
       accepted: a whole number from 1 to 65535
       next:     change KIT_CLIENT_PORT, or leave it out for the default

     A setting has a value it cannot have: port for health and monitoring (usually 8222). (SETTING_INVALID)
       received: "high" (environments.My_Env.local.monitoringPort in kit.config.ts)
       accepted: a whole number from 1 to 65535
       next:     change environments.My_Env.local.monitoringPort in kit.config.ts, or leave it out for the default"
    `);
  });

  test('rejects a misread KIT_KEEP_DATA for every command: a destroy would delete what was to be kept', () => {
    expect(codes(refusal({ KIT_KEEP_DATA: 'yes' }))).toEqual(['SETTING_INVALID']);
  });

  test('rejects a variable that is set to nothing instead of taking the default', () => {
    expect(codes(refusal({ KIT_SIZE: '' }))).toEqual(['SETTING_INVALID']);
  });

  test('does not guess when no name is near', () => {
    const error = refusal({ KIT_ZEBRA_CROSSING: '1' });
    expect(error.message).not.toContain('did you mean');
    expect(error.message).toContain('unset KIT_ZEBRA_CROSSING');
  });

  test.each([
    [{ KIT_SIZE: 'large' }, 'SIZE_NOT_ON_LOCAL'],
    [{ KIT_CLIENT_PORT: '8222' }, 'PORTS_EQUAL'],
    [{ KIT_CLIENT_PORT: '65536' }, 'SETTING_INVALID'],
    [{ KIT_CLIENT_PORT: '1e3' }, 'SETTING_INVALID'],
    [{ KIT_HOST: 'my laptop' }, 'SETTING_INVALID'],
    [{ KIT_LOG_LEVEL: 'loud' }, 'SETTING_INVALID'],
  ])('leaves %j to the plan of local as %s', (variables, code) => {
    expect(load(variables).local.problems.map((problem) => problem.code)).toEqual([code]);
  });

  test('keeps every port below the last one whatever offset it accepts', () => {
    const { ports, problems } = load({ KIT_PORT_OFFSET: '50000' }).local;
    expect(Math.max(...Object.values(ports))).toBeLessThanOrEqual(65_535);
    expect(problems).toEqual([]);
    expect(load({ KIT_PORT_OFFSET: '50001' }).local.problems).toHaveLength(1);
  });

  test('cannot be changed by those who get it', () => {
    const kit = load();
    expect(Object.isFrozen(kit) && Object.isFrozen(kit.local)).toBe(true);
    expect(Object.isFrozen(kit.local.ports)).toBe(true);
  });
});
