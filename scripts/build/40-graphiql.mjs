/** The explorer at /graphiql, with everything that it loads, to dist/graphiql/. */
import { join } from 'node:path'

export default {
  name: 'graphiql',
  inputs: ['server/graphql/graphiql/', 'scripts/build/40-graphiql.mjs', 'node_modules/graphiql/package.json', 'node_modules/@graphiql/react/package.json'],
  outputs: ['dist/graphiql/index.html'],
  async run({ root }) {
    const { build } = await import('vite')
    await build({
      configFile: false, root: join(root, 'server/graphql/graphiql'), base: '/graphiql/', logLevel: 'error', worker: { format: 'es' },
      build: {
        outDir: join(root, 'dist/graphiql'), emptyOutDir: true, target: 'es2022', reportCompressedSize: false, chunkSizeWarningLimit: 20_000,
        rolldownOptions: { onLog: (level, log, handle) => { if (level !== 'warn') handle(level, log) } }, // hundreds of "use client" notes
      },
    })
  },
}
