/** Where a sample's events stand: indices in order of time, and where each step's end; 12 bytes for each sample. */
@inline
export function entry(table: usize, s: i32): usize {
  return table + <usize>(s * 12)
}

@inline
export function eventsOf(at: usize): usize {
  return <usize>load<u32>(at)
}

/** ends[t]: how many events there are up to and including step t. */
@inline
export function endsOf(at: usize): usize {
  return <usize>load<u32>(at, 4)
}

/** Whether they are listed at all: many are not, and are left to tables. */
@inline
export function isListed(at: usize): bool {
  return load<i32>(at, 8) != 0
}

/** From how many events each step has to where its first one goes; gives how many there are. */
export function startSteps(counts: usize, steps: i32): i32 {
  let total = 0
  for (let at = counts, end = counts + (<usize>steps << 2); at < end; at += 4) {
    const count = load<i32>(at)
    store<i32>(at, total)
    total += count
  }
  return total
}

/** Lists the active inputs of a sample in order of time, then of input, unless there are more than `most`; says whether it did. */
function list(bits: usize, steps: i32, words: i32, most: i32, events: usize, ends: usize): bool {
  memory.fill(ends, 0, <usize>steps << 2)
  for (let w = 0, word = bits; w < words; w++) {
    for (let at = ends, end = ends + (<usize>steps << 2); at < end; at += 4, word += 4) {
      store<i32>(at, load<i32>(at) + popcnt(load<i32>(word)))
    }
  }
  if (startSteps(ends, steps) > most) return false
  for (let w = 0; w < words; w++) {
    const first = w << 5
    for (let at = ends, end = ends + (<usize>steps << 2); at < end; at += 4, bits += 4) {
      let word = load<u32>(bits)
      if (word == 0) continue
      let to = events + (<usize>load<u32>(at) << 2)
      do {
        store<u32>(to, first + ctz(word))
        to += 4
        word &= word - 1
      } while (word)
      store<u32>(at, <u32>((to - events) >> 2))
    }
  }
  return true
}

/**
 * Finds the events of `count` samples from `first` on: those that were drawn as lists are used as they are, the others are listed in
 * scratch memory, unless a sample has more than `most`. `given` points to four arguments: lists, their capacity, ends, and
 * flags of the samples that have them (or 0).
 */
export function prepare(table: usize, bits: usize, lists: usize, first: i32, count: i32, steps: i32, words: i32, most: i32, given: usize): void {
  const endBytes = <usize>steps << 2
  const ends = lists + ((<usize>most * <usize>count) << 2)
  const drawn = <usize>load<u32>(given), drawnCapacity = <usize>load<u32>(given, 4)
  const drawnEnds = <usize>load<u32>(given, 8), flags = <usize>load<u32>(given, 12)
  for (let s = 0; s < count; s++) {
    const b = <usize>(first + s)
    const at = entry(table, s)
    if (flags && load<u8>(flags + b)) {
      const own = drawnEnds + endBytes * b
      store<u32>(at, <u32>(drawn + ((drawnCapacity * b) << 2)))
      store<u32>(at, <u32>own, 4)
      store<i32>(at, 1, 8)
      continue
    }
    const own = lists + ((<usize>most * <usize>s) << 2), ownEnds = ends + endBytes * <usize>s
    store<u32>(at, <u32>own)
    store<u32>(at, <u32>ownEnds, 4)
    store<i32>(at, list(bits + ((<usize>(words * steps) * b) << 2), steps, words, most, own, ownEnds) ? 1 : 0, 8)
  }
}
