import { encodePng } from '../pictures.js'
import type { Format } from './format.js'
import { textOf, withText } from './png-text.js'

const keyword = 'noisegraph'

/** PNG with the text in an iTXt chunk. */
export default {
  encode: async ({ picture }, text) => withText(await encodePng(picture), keyword, text),
  textOf: file => textOf(file, keyword),
} satisfies Format<'picture'>
