/** TypeScript to dist/, types checked. */
export default {
  name: 'typescript',
  inputs: ['plugins/', 'server/', 'wasm/', 'cli/', 'client/', 'examples/', 'bench/', 'tsconfig.json', 'package-lock.json'],
  outputs: ['dist/plugins/sdk/index.js'],
  run: ({ run }) => run('tsc', '-p', 'tsconfig.json'),
}
