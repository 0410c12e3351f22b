import path from 'node:path';

/** The folder of an environment's local broker, and what is in it. */
export interface LocalHome {
  readonly directory: string;
  readonly processFile: string;
  readonly logFile: string;
  /** What `logFile` held before it became too large. */
  readonly olderLogFile: string;
  readonly dataDirectory: string;
  readonly passwordFile: string;
}

/** Paths of `state/<environment>/local`. */
export function localHome(stateDirectory: string): LocalHome {
  const directory = path.join(stateDirectory, 'local');
  return {
    directory,
    processFile: path.join(directory, 'broker.pid'),
    logFile: path.join(directory, 'broker.log'),
    olderLogFile: path.join(directory, 'broker.log.1'),
    dataDirectory: path.join(directory, 'data'),
    // Beside the data, not in it: what is backed up with the data holds no password in clear.
    passwordFile: path.join(directory, 'root-password'),
  };
}
