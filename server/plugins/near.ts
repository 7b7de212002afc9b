/** Says that there is no such name, which ones are near, and which ones there are. */
export function unknown(kind: string, name: string, known: readonly string[]): string {
  const close = nearest(name, known)
  return `There is no ${kind} "${name}".${close.length ? ` Did you mean ${close.map(c => `"${c}"`).join(' or ')}?` : ''} There are: ${[...known].sort().join(', ') || 'none'}.`
}

/** Up to three names within a third of the letters, or that begin alike, nearest first. */
export function nearest(name: string, known: readonly string[]): string[] {
  const wanted = name.toLowerCase()
  return known
    .map(k => ({ k, d: k.startsWith(wanted) || wanted.startsWith(k) ? 0.5 : distance(wanted, k.toLowerCase()) }))
    .filter(({ k, d }) => d <= Math.max(1, Math.max(k.length, wanted.length) / 3))
    .sort((a, b) => a.d - b.d).slice(0, 3).map(({ k }) => k)
}

/** Edits (insert, delete, replace, swap of neighbours) from one word to another. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      row[j] = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j]!, rows[i - 2]![j - 2]! + 1)
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}
