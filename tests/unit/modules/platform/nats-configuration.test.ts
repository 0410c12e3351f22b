import {
  natsAccounts,
  natsConfiguration,
  natsRoutes,
} from '../../../../modules/platform/nats-configuration.ts';

describe('natsConfiguration', () => {
  test('is a file that a person can read', () => {
    const configuration = natsConfiguration({
      clusterName: 'thebes-dev',
      serverName: '$SERVER_NAME',
      storeDirectory: '/data',
      pidFile: '/run/nats/nats.pid',
      fileStoreBytesMax: 19_327_352_832,
      memoryStoreBytesMax: 134_217_728,
      payloadBytesMax: 1_048_576,
    });
    expect(configuration).toMatchInlineSnapshot(`
     "# Made by modules/platform/nats-configuration.ts; a change is a rolling restart of the servers.
     server_name: $SERVER_NAME
     listen: "0.0.0.0:4222"
     http: "0.0.0.0:8222"
     pid_file: "/run/nats/nats.pid"

     # The largest message of a broker, with the headers that its engine adds.
     max_payload: 1114112

     # A server that is told to go (preStop) gives up its leaderships, waits, and lets its clients go one by
     # one: together less than the pod's grace.
     lame_duck_grace_period: "10s"
     lame_duck_duration: "30s"

     jetstream {
       store_dir: "/data"
       # Less than the disk: the file system must never be the first to be full.
       max_file_store: 19327352832
       max_memory_store: 134217728
       # Acknowledged means: on the disks of a majority. Without it a quorum that loses power together loses
       # what it acknowledged in the last two minutes.
       sync_interval: always
     }

     cluster {
       name: "thebes-dev"
       listen: "0.0.0.0:6222"
       # Brokers are told all servers by their names; addresses of pods would be stale after a restart.
       no_advertise: true
       include routes.conf
     }

     include accounts.conf
     "
    `);
  });
});

describe('natsRoutes', () => {
  test('asks every server for the password, and gives it to each', () => {
    expect(natsRoutes('secret', ['nats-0.nats:6222', 'nats-1.nats:6222'])).toMatchInlineSnapshot(`
     "authorization { user: "routes", password: "secret" }
     routes: [
       "nats-route://routes:secret@nats-0.nats:6222"
       "nats-route://routes:secret@nats-1.nats:6222"
     ]
     "
    `);
  });
});

describe('natsAccounts', () => {
  test('parts brokers from the servers, and lets in nobody without a name', () => {
    const accounts = natsAccounts({ broker: 'one', system: 'two' });
    expect(accounts).toMatchInlineSnapshot(`
     "accounts {
       # Streams and consumers of the brokers.
       BROKER {
         jetstream: enabled
         users: [ { user: "broker", password: "one" } ]
       }
       # Events and requests of the servers themselves; no broker has business there.
       SYSTEM {
         users: [ { user: "system", password: "two" } ]
       }
     }
     system_account: SYSTEM
     "
    `);
    expect(accounts).not.toContain('no_auth_user');
  });
});
