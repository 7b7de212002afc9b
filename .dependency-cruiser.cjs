/** Which folder may import which: a folder sees only what is listed for it, and itself. A folder inside another has its own list. */
const may = {
  'plugins/sdk': [],
  'plugins/samplers': ['plugins/sdk'],
  'plugins/conditioners': ['plugins/sdk'],
  'wasm': [],
  'server/core': ['plugins/sdk'],
  'server/sessions': ['server/core', 'wasm'],
  'server/models': ['plugins/sdk', 'server/core', 'server/sessions'],
  'server/artifacts': ['server/core'],
  'server/plugins': ['plugins/sdk', 'server/core'],
  'server/pipelines': ['plugins/sdk', 'server/core', 'server/sessions', 'server/models', 'server/artifacts'],
  'server/events': ['server/core', 'server/database'],
  'server/database': ['server/core'],
  'server/jobs': ['plugins/sdk', 'server/core', 'server/database', 'server/events', 'server/pipelines', 'server/artifacts'],
  'server/supervisor': ['server/core', 'server/database', 'server/events', 'server/jobs'],
  'server/graphql': ['plugins/sdk', 'server/core'],
  'server/graphql/page': ['client'],
  'client': [],
}
/** Which file alone may import a package (or the engine). */
const only = {
  'node_modules/onnxruntime-node/': '^(server/sessions/onnxruntime\\.ts$|bench/)',
  'node_modules/tsyringe/': '^server/(container|main)\\.ts$',
  'node_modules/(graphql|@apollo/server)/': '^(server/graphql|client)/',
  '^wasm/index\\.ts$': '^(wasm/|server/sessions/wasm(-facts)?\\.ts$|bench/|cli/)',
}
const test = '\\.test\\.ts$'
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    ...Object.entries(may).map(([from, to]) => ({
      name: `${from} imports ${to.join(', ') || 'nothing'}`, severity: 'error',
      from: { path: `^${from}/`, pathNot: [test, ...Object.keys(may).filter(f => f.startsWith(`${from}/`)).map(f => `^${f}/`)] },
      to: { path: '^(plugins|server|wasm|cli|client|bench)/', pathNot: `^(${[from, ...to].join('|')})/` },
    })),
    { name: 'plugins do not see each other', severity: 'error', from: { path: '^plugins/(samplers|conditioners)/', pathNot: test }, to: { path: '^plugins/(samplers|conditioners)/' } },
    ...Object.entries(only).map(([to, from]) => ({ name: `only ${from} imports ${to}`, severity: 'error', from: { pathNot: `${from}|${test}` }, to: { path: to } })),
  ],
  options: { tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' }, doNotFollow: { path: 'node_modules' }, exclude: '^dist|^wasm/kernels/|^server/graphql/(page|graphiql)/' },
}
