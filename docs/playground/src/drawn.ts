/** Heights of a drawn current, from none to the whole. */
export const levels = 52
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

const within = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value) || 0))

/** A drawn current for an address: `A20k5z` keeps a height for 20 steps, another for 5, and the whole for one. What is none at the end is left out. */
export function textOf(heights: ArrayLike<number>): string {
  const all = Array.from(heights, (height) => letters[within(height, levels - 1)]!).join('')
  return all.replace(/A+$/, '').replace(/(.)\1+/g, (run, letter) => `${letter}${run.length}`)
}

/** The heights of such a text, none after its end. */
export function heightsOf(text: string, steps: number): Uint8Array {
  const heights = new Uint8Array(steps)
  let at = 0
  for (const [, letter = '', count] of text.matchAll(/([A-Za-z])(\d*)/g)) {
    const end = Math.min(steps, at + (count ? Number(count) : 1))
    heights.fill(letters.indexOf(letter), at, end)
    at = end
  }
  return heights
}

/** The heights with a line drawn into them, from [step, height] to [step, height]. */
export function withLine(
  heights: Uint8Array,
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
): Uint8Array {
  const [first, last] = [Math.floor(x0), Math.floor(x1)].map((x) => within(x, heights.length - 1)) as [number, number]
  return heights.map((height, i) => {
    if (i < Math.min(first, last) || i > Math.max(first, last)) return height
    const part = first === last ? 1 : (i - first) / (last - first)
    return within(y0 + part * (y1 - y0), levels - 1)
  })
}
