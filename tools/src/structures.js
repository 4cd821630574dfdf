#!/usr/bin/env node
// Draws the structures of docs/guide/networks.md: one SVG for each, into docs/images.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const colors = { line: '#8a94a6', neuron: '#4477aa', given: '#ffffff', chosen: '#f59e0b', text: '#222222' }
const font = 'font-family="Arimo, Arial, Helvetica, sans-serif" font-size="13"'

const text = (x, y, words, anchor = 'middle') =>
  `<text x="${x}" y="${y}" ${font} fill="${colors.text}" text-anchor="${anchor}">${words}</text>`
const line = (x1, y1, x2, y2, color = colors.line) =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${color}" stroke-width="1.2"/>`
const circle = ({ x, y }, fill = colors.neuron) =>
  `<circle cx="${x}" cy="${y}" r="9" fill="${fill}" stroke="${colors.neuron}" stroke-width="1.5"/>`
const path = (d) => `<path d="${d}" fill="none" stroke="${colors.line}" stroke-width="1.5" marker-end="url(#arrow)"/>`

/** Places of `count` neurons, one below the other. */
const column = (x, count) => Array.from({ length: count }, (_, i) => ({ x, y: 100 + (i - (count - 1) / 2) * 32 }))
const join = (from, to, color) => line(from.x + 10, from.y, to.x - 10, to.y, color)
const all = (from, to) => from.flatMap((a) => to.map((b) => join(a, b)))

/** A grid of squares with its upper left corner at x, y; `chosen(row, column)` are filled. */
const grid = (x, y, rows, columns, chosen, size = 18) =>
  Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns]
    const fill = chosen(row, column) ? colors.chosen : colors.given
    return `<rect x="${x + column * size}" y="${y + row * size}" width="${size}" height="${size}" fill="${fill}" stroke="${colors.neuron}"/>`
  }).join('')

const box = (x, y, words, width = 96) =>
  `<rect x="${x - width / 2}" y="${y - 16}" width="${width}" height="32" rx="5" fill="${colors.given}" stroke="${colors.neuron}" stroke-width="1.5"/>${text(x, y + 4, words)}`
const arrow = (x1, y1, x2, y2) => path(`M${x1} ${y1}L${x2} ${y2}`)

const window =
  (top, left, height, width = height) =>
  (row, column) =>
    row >= top && row < top + height && column >= left && column < left + width

/** The structures by the names of their files: a title, and what is drawn. */
const drawings = {
  dense() {
    const [input, output] = [column(60, 4), column(240, 3)]
    return ['dense(3)', all(input, output), input.map((at) => circle(at, colors.given)), output.map((at) => circle(at))]
  },
  convolution: () => [
    'conv2d(1, 3)',
    grid(20, 46, 6, 6, window(1, 1, 3)),
    grid(200, 64, 4, 4, window(1, 1, 1)),
    line(92, 64, 218, 82, colors.chosen),
    line(92, 118, 218, 100, colors.chosen),
  ],
  pool: () => [
    'maxPool(2)',
    grid(20, 46, 6, 6, window(2, 2, 2)),
    grid(205, 73, 3, 3, window(1, 1, 1)),
    line(92, 82, 223, 91, colors.chosen),
    line(92, 118, 223, 109, colors.chosen),
  ],
  sparse() {
    const [input, output] = [column(60, 4), column(240, 4)]
    const sources = ['02', '13', '12', '03']
    return [
      'sparse(4, { fanIn: 2 })',
      output.flatMap((to, i) => Array.from(sources[i], (from) => join(input[from], to))),
      input.map((at) => circle(at, colors.given)),
      output.map((at) => circle(at)),
    ]
  },
  delayed() {
    const [input, output] = [column(140, 3), column(240, 1)]
    const waits = ['now', '2 steps later', '5 steps later']
    return [
      'delayed(dense(1), ...)',
      all(input, output),
      input.map((at) => circle(at, colors.given)),
      output.map((at) => circle(at)),
      input.map(({ x, y }, i) => text(x - 18, y + 4, waits[i], 'end')),
    ]
  },
  dropout() {
    const [input, output] = [column(60, 4), column(240, 3)]
    const kept = input.filter((_, i) => i !== 1)
    const { x, y } = input[1]
    return [
      'dropout(0.25), dense(3)',
      all(kept, output),
      input.map((at) => circle(at, colors.given)),
      output.map((at) => circle(at)),
      line(x - 7, y - 7, x + 7, y + 7, colors.chosen),
      line(x - 7, y + 7, x + 7, y - 7, colors.chosen),
    ]
  },
  recurrent() {
    const [input, output] = [column(60, 3), column(190, 3)]
    const back = `M${200} 68C 290 20, 290 180, 202 132`
    return [
      'dense(3), recurrent(lif())',
      all(input, output),
      input.map((at) => circle(at, colors.given)),
      output.map((at) => circle(at)),
      path(back),
      text(236, 164, 'one step later'),
    ]
  },
  residual: () => [
    'a skip: [conv2d(8, 3, { padding: 1 }), a], [identity(), a]',
    box(50, 110, 'input', 70),
    arrow(86, 110, 124, 110),
    box(150, 110, 'a', 50),
    arrow(176, 110, 274, 110),
    text(225, 102, 'conv2d'),
    path('M150 93C 165 40, 270 40, 293 91'),
    text(222, 48, 'identity'),
    box(300, 110, 'b', 50),
    arrow(326, 110, 384, 110),
    text(355, 102, 'dense'),
    box(420, 110, 'readout', 70),
    path('M150 127C 190 185, 380 185, 412 129'),
    text(280, 187, 'dense'),
  ],
}

/** The file of each structure. */
export const structures = Object.fromEntries(
  Object.entries(drawings).map(([name, draw]) => {
    const [title, ...parts] = draw()
    const width = name === 'residual' ? 480 : 300
    const marker = `<marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8Z" fill="${colors.line}"/></marker>`
    const svg = [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} 200" width="${width}" height="200"><title>${title}</title>`,
      `<defs>${marker}</defs><rect width="${width}" height="200" fill="white"/>`,
      text(width / 2, 22, title),
      ...parts.flat(),
      '</svg>\n',
    ]
    return [`structure-${name}.svg`, svg.join('\n')]
  }),
)

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, svg] of Object.entries(structures))
    writeFileSync(new URL(`../../docs/images/${name}`, import.meta.url), svg)
