/**
 * Lists the active inputs of a sample: counts[t], and their indices from lists[t * capacity], ascending. Returns how many there are.
 */
function list(bits: usize, steps: i32, words: i32, lists: usize, counts: usize): i32 {
  memory.fill(counts, 0, <usize>steps << 2)
  const capacity = words << 5
  let total = 0
  for (let w = 0; w < words; w++) {
    for (let t = 0; t < steps; t++, bits += 4) {
      let word = load<u32>(bits)
      if (word == 0) continue
      const count = counts + (<usize>t << 2)
      const before = load<u32>(count)
      let to = lists + (<usize>(t * capacity + before) << 2)
      const first = w << 5
      do {
        store<u32>(to, first + ctz(word))
        to += 4
        word &= word - 1
      } while (word)
      const after = <u32>((to - lists) >> 2) - <u32>(t * capacity)
      store<u32>(count, after)
      total += after - before
    }
  }
  return total
}

/** Where a sample's events stand: its lists, its counts, and how many there are; 12 bytes for each sample of a chunk. */
@inline
export function entry(table: usize, s: i32): usize {
  return table + <usize>(s * 12)
}

/**
 * Finds the events of `count` samples from `first` on: those that were drawn as lists are used as they are, the others are listed in
 * scratch memory. `given` points to four arguments: lists, counts, flags of the samples that have them (or 0), capacity is that of `words`.
 */
export function prepare(table: usize, bits: usize, lists: usize, first: i32, count: i32, steps: i32, words: i32, given: usize): void {
  const capacity = words << 5
  const listBytes = <usize>(steps * capacity) << 2, countBytes = <usize>steps << 2
  const counts = lists + listBytes * <usize>count
  const drawn = load<u32>(given), drawnCounts = load<u32>(given, 4), flags = load<u32>(given, 8)
  for (let s = 0; s < count; s++) {
    const b = <usize>(first + s)
    const at = entry(table, s)
    if (flags && load<u8>(<usize>flags + b)) {
      const own = <usize>drawnCounts + countBytes * b
      let total: u32 = 0
      for (let t: usize = 0; t < countBytes; t += 4) total += load<u32>(own + t)
      store<u32>(at, <u32>(<usize>drawn + listBytes * b))
      store<u32>(at, <u32>own, 4)
      store<u32>(at, total, 8)
      continue
    }
    const own = lists + listBytes * <usize>s, ownCounts = counts + countBytes * <usize>s
    store<u32>(at, <u32>own)
    store<u32>(at, <u32>ownCounts, 4)
    store<i32>(at, list(bits + ((<usize>(words * steps) * b) << 2), steps, words, own, ownCounts), 8)
  }
}
