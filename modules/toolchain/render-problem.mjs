/**
 * @param {import('./index.d.mts').Problem} problem
 * @returns {string}
 */
export function renderProblem({ code, what, received, accepted, next }) {
  return [
    `${what}. (${code})`,
    ...(received === '' ? [] : [`  received: ${received}`]),
    `  accepted: ${accepted}`,
    `  next:     ${next}`,
  ].join('\n');
}
