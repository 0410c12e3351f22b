import { releaseAll } from './release-registry.ts';

afterAll(releaseAll, 60_000);
