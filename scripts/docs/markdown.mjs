export const escape = text => String(text).replaceAll('|', '\\|')

export const table = (head, rows) => [`| ${head.join(' | ')} |`, `|${head.map(() => ' --- ').join('|')}|`, ...rows.map(row => `| ${row.join(' | ')} |`)]

/** What an option takes, in a table's cell. */
export function allowedValues(o) {
  if (o.kind === 'choice') return o.of.map(v => `\`${v}\``).join(', ')
  if (o.kind === 'flag') return 'true, false'
  if (o.kind === 'image') return 'a picture'
  const { min, max } = o
  const bounds = min !== undefined && max !== undefined ? ` ${min} to ${max}` : min !== undefined ? ` of at least ${min}` : max !== undefined ? ` of at most ${max}` : ''
  return `${{ number: 'number', integer: 'whole number', numbers: 'numbers', text: 'text' }[o.kind]}${bounds}`
}

export function defaultValue({ default: value }) {
  if (value === undefined) return 'required'
  if (value === null) return ''
  return `\`${Array.isArray(value) ? `[${value.join(', ')}]` : typeof value === 'number' ? Number(value.toPrecision(6)) : value}\``
}
