import { type Draft } from './draft.js'

/** The passes that only make a draft faster, in their order. Each may be left out; the results stay the same within rounding. */
export const optional: readonly { readonly name: string; readonly pass: (draft: Draft) => Draft }[] = [
]
