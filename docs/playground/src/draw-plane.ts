import type { Pen } from './canvas.tsx'

/** A path in a plane, and arrows of one length that say where points go. */
export function drawPlane(
  { context, width, height, colours }: Pen,
  plane: {
    readonly names: readonly [string, string]
    readonly ranges: readonly [readonly [number, number], readonly [number, number]]
    readonly path: readonly (readonly [number, number])[]
    readonly arrows: readonly {
      readonly from: readonly [number, number]
      readonly to: readonly [number, number]
    }[]
  },
): void {
  const [[left, right], [bottom, top]] = plane.ranges
  const place = ([x, y]: readonly [number, number]): [number, number] => [
    ((x - left) / (right - left)) * width,
    height - 16 - ((y - bottom) / (top - bottom)) * (height - 32),
  ]
  context.fillStyle = context.strokeStyle = colours.second
  context.globalAlpha = 0.7
  for (const { from, to } of plane.arrows) {
    const [x, y] = place(from)
    const [endX, endY] = place(to)
    const long = Math.hypot(endX - x, endY - y)
    if (!(long > 0 && Number.isFinite(long))) continue
    const reach = Math.min(9, long) / long
    context.fillRect(x - 1.5, y - 1.5, 3, 3)
    context.beginPath()
    context.moveTo(x, y)
    context.lineTo(x + (endX - x) * reach, y + (endY - y) * reach)
    context.stroke()
  }
  context.globalAlpha = 1
  context.strokeStyle = colours.accent
  context.lineWidth = 1.5
  context.beginPath()
  for (const point of plane.path) context.lineTo(...place(point))
  context.stroke()
  context.fillStyle = colours.text
  context.textBaseline = 'bottom'
  const [across, up] = plane.names
  const shown = (value: number) => String(Number(value.toPrecision(3)))
  context.fillText(`${across} from ${shown(left)} to ${shown(right)}`, 0, height)
  context.textBaseline = 'top'
  context.fillText(`${up} from ${shown(bottom)} (below) to ${shown(top)}`, 0, 0)
}
