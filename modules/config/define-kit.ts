import type { Size } from './settings.ts';
import type { logLevels } from './settings.ts';

/** Settings of one environment for the target `local`. */
export interface LocalEnvironment {
  /** Address on which the broker listens; 127.0.0.1 when left out. */
  readonly host?: string;
  /** Added to the usual number of every port that is not set by itself. */
  readonly portOffset?: number;
  readonly clientPort?: number;
  readonly webSocketPort?: number;
  readonly monitoringPort?: number;
  readonly logLevel?: (typeof logLevels)[number];
  /** Whether destroy leaves the data and the root password where they are. */
  readonly keepData?: boolean;
}

/** Settings of one environment; `KIT_*` variables win over them. */
export interface Environment {
  readonly size?: Size;
  readonly local?: LocalEnvironment;
}

/** The content of kit.config.ts. */
export interface KitConfig {
  readonly environments: Readonly<Record<string, Environment>>;
}

/** Gives kit.config.ts its types; an environment that is not listed gets the defaults. */
export function defineKit(config: KitConfig): KitConfig {
  return config;
}
