import { block, blocks, object, textsIn } from '../../synthesized/index.ts';
import type { SynthesizedStack } from '../../synthesized/index.ts';
import type { Finding, Rule } from '../rule.ts';

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

/** Whether nothing of a text is written down: it is an expression of Terraform as a whole. */
function isExpression(text: string): boolean {
  return text === '' || /^\$\{[^}]*\}$/.test(text);
}

function literalSecrets(stack: SynthesizedStack): Finding[] {
  return stack.resources.flatMap(({ address, config }) =>
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
  return stack.resources
    .filter(({ type }) => type.startsWith('kubernetes_'))
    .flatMap(({ address, config }) =>
      blocks(block(config, 'spec.template.spec'), 'container')
        .flatMap((container) => blocks(container, 'env'))
        .filter(({ name, value }) => secretVariable.test(String(name)) && value !== undefined)
        .filter(({ value }) => !isExpression(String(value)))
        .map(({ name }) => ({ address, what: `the variable ${String(name)} is written down` })),
    );
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
