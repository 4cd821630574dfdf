/** Turns 32 words of 32 bits about: bit j of word i becomes bit i of word j (Warren, Hacker's Delight, 7-3). */
export function transposeBits(words: usize): void {
  let keep: u32 = 0x0000ffff
  for (let distance: u32 = 16; distance != 0; distance >>= 1, keep ^= keep << distance) {
    for (let k: u32 = 0; k < 32; k = (k + distance + 1) & ~distance) {
      const low = words + (<usize>k << 2), high = low + (<usize>distance << 2)
      const a = load<u32>(low), b = load<u32>(high)
      const change = ((a >> distance) ^ b) & keep
      store<u32>(high, b ^ change)
      store<u32>(low, a ^ (change << distance))
    }
  }
}
