import { type Draft } from './draft.js'
import { epilogues } from './epilogues.js'
import { fuseActivations } from './fuse-activations.js'
import { fuseAttention } from './fuse-attention.js'
import { fuseNorms } from './fuse-norms.js'
import { layout } from './layout.js'
import { simplify } from './simplify.js'

/** What passes may ask of the engine that the draft is for. */
export interface Target { readonly strict: boolean }

/** The passes that only make a draft faster, in their order. Each may be left out; the results stay the same within rounding. */
export const optional: readonly { readonly name: string; readonly pass: (draft: Draft, target: Target) => Draft }[] = [
  { name: 'simplify', pass: simplify },
  { name: 'fuse activations', pass: fuseActivations },
  { name: 'fuse norms', pass: fuseNorms },
  { name: 'fuse attention', pass: fuseAttention },
  { name: 'channels last', pass: (draft, { strict }) => layout(!strict)(draft) },
  { name: 'epilogues', pass: epilogues },
]
