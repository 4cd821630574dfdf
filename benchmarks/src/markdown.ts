import type { Quartiles } from './statistics.ts'

/** A Markdown table; the first row is its head. All but the first column stand to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const [head, ...body] = rows as [readonly string[], ...(readonly string[])[]]
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'))
  return [head, rule, ...body].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

/** Three significant digits, written out. */
export function digits(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value)
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(6, places))
}

export const spread = ({ p25, p75 }: Quartiles): string => `${digits(p25)} - ${digits(p75)}`
