const kinds = ['ArrayBuffer', 'Uint8Array', 'Uint16Array', 'Uint32Array', 'Int32Array', 'Float32Array', 'Float64Array']

/** Bytes of all arrays that are made while something is done; views of what is there already take none. */
export async function allocated(act: () => unknown): Promise<number> {
  const global = globalThis as unknown as Record<string, new (...args: unknown[]) => { readonly byteLength: number }>
  const whole = kinds.map((kind) => [kind, global[kind]!] as const)
  let total = 0
  for (const [kind, real] of whole) {
    global[kind] = new Proxy(real, {
      construct(target, args, self) {
        const made = Reflect.construct(target, args, self === global[kind] ? target : self)
        const [from] = args as [{ readonly byteLength?: number; readonly buffer?: unknown } | number | undefined]
        const view = typeof from === 'object' && from.byteLength !== undefined && from.buffer === undefined
        if (!view) total += made.byteLength
        return made
      },
    })
  }
  try {
    await act()
  } finally {
    for (const [kind, real] of whole) global[kind] = real
  }
  return total
}
