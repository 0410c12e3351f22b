import { defineKit } from './modules/config/index.ts';

// Settings that last, per environment (KIT_ENV selects one; "dev" when it is not set). An
// environment that is not listed here gets the defaults. Every setting can also be given for one
// run by its KIT_* variable, which wins: see docs/guides/local.md.
export default defineKit({
  environments: {
    dev: { size: 'sandbox' },
  },
});
