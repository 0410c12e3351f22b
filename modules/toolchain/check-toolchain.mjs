import { execFileSync } from 'node:child_process';

/** What the kit runs on. Terraform below 1.11 lacks write-only arguments (iac.md 0, row 6). */
const floors = { node: [20, 19], terraform: [1, 11], opentofu: [1, 10] };

/** @type {import('./index.d.mts').checkToolchain} */
export function checkToolchain({ variables, nodeVersion = process.versions.node, run = execute }) {
  const binary = variables.TERRAFORM_BINARY_NAME || 'terraform';
  const terraform = parseTerraform(run(binary, ['version']));
  const problems = [nodeProblem(nodeVersion), terraformProblem(binary, terraform)];
  return {
    node: nodeVersion,
    terraform: terraform && `${terraform.product} ${terraform.version}`,
    problems: problems.filter((problem) => problem !== null),
  };
}

function nodeProblem(version) {
  if (atLeast(version, floors.node)) return null;
  return {
    code: 'NODE_TOO_OLD',
    what: 'This Node.js is too old for Thebes',
    received: `Node.js ${version}`,
    accepted: `Node.js ${floors.node.join('.')} or newer`,
    next: 'install a current release from https://nodejs.org/en/download, then run the command again',
  };
}

function terraformProblem(binary, found) {
  const accepted = `Terraform ${floors.terraform.join('.')} or newer, or OpenTofu ${floors.opentofu.join('.')} or newer`;
  const next = installText(binary);
  if (found === null) {
    return {
      code: 'TERRAFORM_MISSING',
      what: 'Terraform is not installed, or not in PATH',
      received: `no answer from "${binary} version"`,
      accepted,
      next,
    };
  }
  const floor = found.product === 'OpenTofu' ? floors.opentofu : floors.terraform;
  if (atLeast(found.version, floor)) return null;
  return {
    code: 'TERRAFORM_TOO_OLD',
    what: `This ${found.product} is too old for Thebes`,
    received: `${found.product} ${found.version} ("${binary}")`,
    accepted,
    next,
  };
}

function installText(binary) {
  const brew = 'brew install hashicorp/tap/terraform';
  return [
    'install one, then run the command again:',
    `  macOS            ${brew}`,
    '  Linux, Windows   a package or a single binary for PATH: https://developer.hashicorp.com/terraform/install',
    '  OpenTofu         https://opentofu.org/docs/intro/install, and export TERRAFORM_BINARY_NAME=tofu',
    ...(binary === 'terraform' ? [] : [`  (TERRAFORM_BINARY_NAME is "${binary}" now)`]),
  ].join('\n            ');
}

function parseTerraform(answer) {
  const match = /^(Terraform|OpenTofu) v(\d+\.\d+\.\d+\S*)/m.exec(answer ?? '');
  return match && { product: match[1], version: match[2] };
}

function atLeast(version, [major, minor]) {
  const [foundMajor = 0, foundMinor = 0] = version.split('.').map(Number);
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}

function execute(command, args) {
  try {
    return execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      // Terraform asks its maker for newer versions here, unless told not to.
      env: { ...process.env, CHECKPOINT_DISABLE: '1' },
    });
  } catch {
    return null;
  }
}
