export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** A value in a few words, whatever it is. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'function') return isMinified(value) ? 'a function' : `the function '${value.name}'`
  if (!isObject(value)) return String(value)
  const name = value.constructor?.name ?? 'Object'
  if (Array.isArray(value) && value.length <= 4 && !value.some(Array.isArray)) return `[${value.map(show).join(', ')}]`
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return `${(value as unknown[]).length} values (${name})`
  return name === 'Object' ? 'an object' : `a ${name}`
}

/** Whether a function has lost its name to a minifier, as those of published packages have. */
export const isMinified = ({ name }: { readonly name: string }): boolean => name.length < 3
