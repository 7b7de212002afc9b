/** JSON as Python writes it: NaN and Infinity may stand where numbers do. NaN becomes null. */
export function parsePythonJson(text: string): unknown {
  const plain = text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, found => (found === 'Infinity' ? '1e999' : found === '-Infinity' ? '-1e999' : found === 'NaN' ? 'null' : found))
  return JSON.parse(plain)
}
