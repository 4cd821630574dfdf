import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { hillock } from './run.ts'

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
})
afterAll(() => rm(cwd, { recursive: true }))

test('train --report writes the run as one page that loads nothing, and runs nothing of its recipe', async () => {
  const recipe = {
    extends: 'demo',
    name: '<script>alert("1")</script>',
    dataset: { name: 'glyphs', train: 40, test: 10, validation: 0.25 },
    steps: 4,
    network: [{ dense: 8 }, { neuron: 'lif' }, { dense: 10 }, { neuron: 'lif' }],
    epochs: 2,
  }
  await writeFile(join(cwd, 'tiny.json'), JSON.stringify(recipe))
  const args = ['train', '--config', 'tiny.json', '--learner', 'decolle', '--report', '--json', '--out', 'out']
  const { code, events } = await hillock(args, { cwd })
  expect([code, events.at(-1)]).toMatchObject([0, { event: 'result', page: join('out', 'report.html') }])
  const page = await readFile(join(cwd, 'out', 'report.html'), 'utf8')
  // Curves, densities, spikes and confusion.
  expect(page.match(/<svg/g)).toHaveLength(4)
  for (const text of ['test accuracy', 'layer1 loss', 'Warnings', 'never fired', '30 to train on', 'decolle'])
    expect(page).toContain(text)
  expect(page).not.toContain('<script')
  const links = [...page.matchAll(/https?:\/\/[^\s"'<]+/g)].map(([link]) => link)
  expect(links.filter((link) => !link.startsWith('http://www.w3.org/'))).toEqual([])
})

test('a page needs a folder', async () => {
  const { code, stderr } = await hillock(['train', '--report'], { cwd })
  expect([code, stderr]).toEqual([2, expect.stringMatching(/HILLOCK_USAGE.*--report.*--out/s)])
})
