/** A path through points [x0, y0, x1, y1, ...] of the unit square, y downwards, as a pen would draw it. */
export type Stroke = readonly number[]

const line = (...points: number[]): Stroke => points

/** Part of an ellipse, from one angle to another in degrees, clockwise from three o'clock. */
function arc(x: number, y: number, width: number, height: number, from: number, to: number): Stroke {
  const pieces = Math.ceil(Math.abs(to - from) / 24)
  return Array.from({ length: pieces + 1 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / pieces) * Math.PI) / 180
    return [x + width * Math.cos(angle), y + height * Math.sin(angle)]
  }).flat()
}

/** How each digit is written; some people write some digits in more than one way. */
export const digits: readonly (readonly (readonly Stroke[])[])[] = [
  [[arc(0.5, 0.5, 0.3, 0.45, -90, 270)]],
  [[line(0.5, 0.05, 0.5, 0.95)], [line(0.32, 0.25, 0.52, 0.05, 0.52, 0.95)]],
  [[[...arc(0.5, 0.3, 0.29, 0.25, 195, 390), 0.2, 0.95, 0.82, 0.95]]],
  [[[...arc(0.46, 0.28, 0.27, 0.22, 205, 440), ...arc(0.46, 0.72, 0.31, 0.23, 280, 515)]]],
  [
    [line(0.66, 0.95, 0.66, 0.05, 0.15, 0.65, 0.88, 0.65)],
    [line(0.25, 0.1, 0.2, 0.55, 0.8, 0.55), line(0.7, 0.1, 0.66, 0.95)],
  ],
  [[[0.78, 0.05, 0.32, 0.05, 0.27, 0.45, ...arc(0.48, 0.67, 0.3, 0.27, 235, 505)]]],
  [[[0.68, 0.05, 0.42, 0.25, 0.26, 0.5, ...arc(0.5, 0.7, 0.27, 0.24, 180, 540)]]],
  [[line(0.2, 0.07, 0.8, 0.07, 0.42, 0.95)], [line(0.2, 0.07, 0.8, 0.07, 0.42, 0.95), line(0.38, 0.5, 0.78, 0.5)]],
  [[arc(0.5, 0.27, 0.23, 0.21, 90, 450), arc(0.5, 0.72, 0.29, 0.24, -90, 270)]],
  [[[...arc(0.5, 0.3, 0.27, 0.25, 0, 360), 0.74, 0.6, 0.62, 0.95]]],
]

/**
 * Draws a stroke on a square image of `size` pixels a side: each pixel is covered as far as its centre is from the
 * stroke, and keeps what is darker. Points are in pixels.
 */
export function draw(image: Float32Array, size: number, points: Stroke, radius: number): void {
  const reach = radius + 0.5
  for (let i = 0; i + 3 < points.length; i += 2) {
    const [ax, ay, bx, by] = [points[i]!, points[i + 1]!, points[i + 2]!, points[i + 3]!]
    const [dx, dy] = [bx - ax, by - ay]
    const squared = dx * dx + dy * dy || 1
    const left = Math.max(0, Math.ceil(Math.min(ax, bx) - reach))
    const right = Math.min(size - 1, Math.floor(Math.max(ax, bx) + reach))
    const bottom = Math.min(size - 1, Math.floor(Math.max(ay, by) + reach))
    for (let y = Math.max(0, Math.ceil(Math.min(ay, by) - reach)); y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / squared))
        const ex = x - ax - along * dx
        const ey = y - ay - along * dy
        const cover = Math.min(1, reach - Math.sqrt(ex * ex + ey * ey))
        if (cover > image[y * size + x]!) image[y * size + x] = cover
      }
    }
  }
}
