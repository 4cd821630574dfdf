/** Partial sums of 64 inputs: 16 tables (one for 4 inputs) of 16 rows of 32 neurons. */
export function buildTables(weights: usize, tables: usize): void {
  for (let group = 0; group < 16; group++, weights += 512, tables += 2048) {
    for (let c: usize = 0; c < 128; c += 16) {
      const w0 = v128.load(weights + c, 0)
      const w1 = v128.load(weights + c, 128)
      const w2 = v128.load(weights + c, 256)
      const w3 = v128.load(weights + c, 384)
      const w01 = f32x4.add(w0, w1)
      const w02 = f32x4.add(w0, w2)
      const w12 = f32x4.add(w1, w2)
      const w012 = f32x4.add(w01, w2)
      const to = tables + c
      v128.store(to, f32x4.splat(0), 0)
      v128.store(to, w0, 128)
      v128.store(to, w1, 256)
      v128.store(to, w01, 384)
      v128.store(to, w2, 512)
      v128.store(to, w02, 640)
      v128.store(to, w12, 768)
      v128.store(to, w012, 896)
      v128.store(to, w3, 1024)
      v128.store(to, f32x4.add(w0, w3), 1152)
      v128.store(to, f32x4.add(w1, w3), 1280)
      v128.store(to, f32x4.add(w01, w3), 1408)
      v128.store(to, f32x4.add(w2, w3), 1536)
      v128.store(to, f32x4.add(w02, w3), 1664)
      v128.store(to, f32x4.add(w12, w3), 1792)
      v128.store(to, f32x4.add(w012, w3), 1920)
    }
  }
}

/** Adds the table rows that one word of 32 inputs selects. */
@inline
export function addSelected(word: u32, tables: usize, out: usize): void {
  let a0 = v128.load(out, 0)
  let a1 = v128.load(out, 16)
  let a2 = v128.load(out, 32)
  let a3 = v128.load(out, 48)
  let a4 = v128.load(out, 64)
  let a5 = v128.load(out, 80)
  let a6 = v128.load(out, 96)
  let a7 = v128.load(out, 112)
  for (let k = 0; k < 8; k++, word >>= 4, tables += 2048) {
    const row = tables + (<usize>(word & 15) << 7)
    a0 = f32x4.add(a0, v128.load(row, 0))
    a1 = f32x4.add(a1, v128.load(row, 16))
    a2 = f32x4.add(a2, v128.load(row, 32))
    a3 = f32x4.add(a3, v128.load(row, 48))
    a4 = f32x4.add(a4, v128.load(row, 64))
    a5 = f32x4.add(a5, v128.load(row, 80))
    a6 = f32x4.add(a6, v128.load(row, 96))
    a7 = f32x4.add(a7, v128.load(row, 112))
  }
  v128.store(out, a0, 0)
  v128.store(out, a1, 16)
  v128.store(out, a2, 32)
  v128.store(out, a3, 48)
  v128.store(out, a4, 64)
  v128.store(out, a5, 80)
  v128.store(out, a6, 96)
  v128.store(out, a7, 112)
}
