interface Wasm {
  _malloc(bytes: number): number
  _free(at: number): void
}

const watched = new WeakSet<Wasm>()

/**
 * tfjs-wasm does not see that there is no more memory, and writes over what lies at address 0 and behind. From here on that is an error,
 * whoever works with this backend of tfjs.
 */
export function watchMemory(backend: unknown): void {
  const { wasm } = backend as { wasm?: Wasm }
  if (wasm === undefined || watched.has(wasm)) return
  watched.add(wasm)
  // At its first call it puts another function in its place.
  wasm._free(wasm._malloc(1))
  const allocate = wasm._malloc
  wasm._malloc = (bytes) => {
    const at = allocate(bytes)
    if (at === 0 && bytes > 0) throw new RangeError(`tfjs-wasm has not enough memory for ${bytes} bytes`)
    return at
  }
}

/** Does work; what tfjs-node says for lack of memory becomes JavaScript's error for that, which core explains. */
export function withinMemory<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    const { message } = cause as Error
    throw /TF_Status: 8\b/.test(message) ? new RangeError(message, { cause }) : cause
  }
}
