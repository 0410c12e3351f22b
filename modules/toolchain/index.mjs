// Plain JavaScript with Node built-ins only, all of this folder: `npm run up` and `npm test` ask it
// before anything is installed that could run TypeScript. Its types are in index.d.mts.
export { checkToolchain } from './check-toolchain.mjs';
export { renderProblem } from './render-problem.mjs';
