import { blocks, object, textsIn } from '../../synthesized/index.ts';
import type { SynthesizedResource, SynthesizedStack } from '../../synthesized/index.ts';
import type { Finding, Rule } from '../rule.ts';
import { containersIn } from './workloads.ts';

/** Arguments whose value is a secret by their name; `_wo` is the write-only form. */
const secretName =
  /^(.*_)?(password|secret_string|secret_data|secret_binary|token|private_key|secret_key|access_key|client_secret|auth)(_wo)?$/;
const secretVariable = /(PASSWORD|SECRET|TOKEN|PRIVATE_KEY|API_KEY)$/;
/** What is a secret by how it looks. */
const secretForms: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/\b(AKIA|ASIA)[0-9A-Z]{16}\b/, 'an access key of AWS'],
  [/\b[a-z][a-z0-9+]*:\/\/[^\s/:@${}]+:[^\s/@${}]+@/, 'a URL with a password'],
  [/\b(password|token|secret)["']?\s*[:=]\s*["']?(?![$<{/"'\s])\S{4,}/i, 'a password in a text'],
];

/** Whether nothing of a text is written down: it is an expression that takes its value from elsewhere. */
function isExpression(text: string): boolean {
  if (text === '') return true;
  const withoutTexts = text.replace(/"[^"]*"/g, '');
  return /^\$\{[^}]*\}$/.test(text) && /[a-z_]\w*\.\w/.test(withoutTexts);
}

/** Everything in the stack, by what it is called; but not the words in which problems are told. */
function placesIn(stack: SynthesizedStack): Pick<SynthesizedResource, 'address' | 'config'>[] {
  const { locals, provider, output, data, ephemeral, terraform } = stack.json;
  const sections = { local: locals, provider, output, data, ephemeral, terraform };
  return [
    ...stack.resources,
    ...Object.entries(sections).flatMap(([section, parts]) =>
      Object.entries(object(parts)).map(([name, config]) => ({
        address: `${section}.${name}`,
        config: { [name]: config },
      })),
    ),
  ].filter(({ address }) => address !== 'local.problems');
}

function literalSecrets(stack: SynthesizedStack): Finding[] {
  return placesIn(stack).flatMap(({ address, config }) =>
    [...textsIn(config)].flatMap(({ path, text }) => {
      const place = path.filter((part) => !/^\d+$/.test(part));
      const name = place.at(-1) ?? '';
      if (secretName.test(name) && !isExpression(text)) {
        return [{ address, what: `${place.join('.')} is written down` }];
      }
      // The order of a provisioner is JSON in a text: what it names, it names with quotes.
      const form = secretForms.find(([expression]) => expression.test(text));
      return form === undefined ? [] : [{ address, what: `${place.join('.')} holds ${form[1]}` }];
    }),
  );
}

function literalVariables(stack: SynthesizedStack): Finding[] {
  const ofContainers = containersIn(stack).flatMap(({ workload: { address }, container }) =>
    blocks(container, 'env').map(({ name, value }) => ({ address, name: String(name), value })),
  );
  const ofMaps = stack
    .of('kubernetes_config_map', 'kubernetes_config_map_v1')
    .flatMap(({ address, config }) =>
      Object.entries(object(config['data'])).map(([name, value]) => ({ address, name, value })),
    );
  return [...ofContainers, ...ofMaps]
    .filter(({ name, value }) => secretVariable.test(name) && value !== undefined)
    .filter(({ value }) => !isExpression(String(value)))
    .map(({ address, name }) => ({ address, what: `the variable ${name} is written down` }));
}

function literalSecretObjects(stack: SynthesizedStack): Finding[] {
  const sections = ['data', 'data_wo', 'binary_data', 'binary_data_wo'];
  return stack.of('kubernetes_secret', 'kubernetes_secret_v1').flatMap(({ address, config }) =>
    sections.flatMap((section) =>
      Object.entries(object(config[section]))
        // Settings around an expression are no secret; a password among them is found by its form.
        .filter(([, value]) => typeof value === 'string' && !value.includes('${'))
        .map(([name]) => ({ address, what: `${section}.${name} is written down` })),
    ),
  );
}

/** What must not stand in a file that is read by many. */
export const secretRules: readonly Rule[] = [
  {
    name: 'no-secret-written-down',
    demand: 'No password, key or token stands in the synthesized stack.',
    why: 'It is kept in cdktf.out, in plans and in the state, and printed by whoever looks for a fault.',
    check: (stack) => [
      ...literalSecrets(stack),
      ...literalVariables(stack),
      ...literalSecretObjects(stack),
    ],
  },
];
