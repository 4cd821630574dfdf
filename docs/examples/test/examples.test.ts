import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, onPage, whereFound } from '@hillock/testing'
import { afterAll, expect, test } from '@jest/globals'
import { names } from '../names.js'

const here = new URL('../', import.meta.url)

/** An argument that makes the example short, and what it prints then. */
const short: readonly (readonly [name: string, argument: string, printed: RegExp])[] = [
  ['first-network', '1', /^epoch 1: loss 1\.98, test accuracy 0\.51$/],
  ['own-neuron', '', /^23 spikes in 200 steps$/],
  ['own-encoder', '160', /test accuracy 0\.37, 0\.058 spikes per input and step$/],
  ['own-learner', '1', /^epoch 1: test accuracy 0\.62$/],
  ['convolution', '160', /epoch 3: test accuracy 0\.23$/],
  ['recurrent', '160', /epoch 6: test accuracy 0\.41$/],
  ['event-camera', '3', /epoch 3: test accuracy 0\.94$/],
  ['delays', '', /^from the left: 1 spikes\nfrom the right: 0 spikes$/],
  ['regression', '5', /^epoch 5: mean squared error 1\.934$/],
  ['swap-backend', '160', /epoch 2 on reference: .*\ntest accuracy 0\.3, and after the swap 0\.3\nepoch 3 on wasm/],
  ['resume', '96', /^stopped after 2 batches\nthe same weights, bit for bit: true$/],
  ['torch-model', '', /the spikes of torch: true$/],
  ['nir', '64', /accuracy (0\.\d+), and read back \1$/],
  ['sweep', '60', /^.* neurons, learning rate .*: 0\.\d{3}\n(.*\n){3}test accuracy of the best: 0\.\d{3}$/],
]

const folder = mkdtempSync(join(tmpdir(), 'hillock-examples-'))
afterAll(() => rmSync(folder, { recursive: true }))

const run = fileURLToPath(new URL('run.js', import.meta.url))
const args = [run, JSON.stringify(short.map(([name, argument]) => [name, argument]))]
const env = { ...process.env, NODE_OPTIONS: '' }
const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env })
if (stdout === '') throw new Error(stderr)
const found: string[] = JSON.parse(stdout)

test.each(short.map((one, i) => [...one, found[i]!] as const))(
  '%s runs, and draws its picture',
  (name, _, printed, lines) => {
    expect(lines).toMatch(printed)
    expect(readFileSync(join(folder, `${name}.svg`), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s)
  },
)

test('every example is run, and has its text and its picture', () => {
  expect(names.filter((name) => name !== 'in-a-page')).toEqual(short.map(([name]) => name).sort())
  const missing = names.flatMap((name) =>
    ['README.md', `${name}.svg`].filter((file) => !existsSync(new URL(`${name}/${file}`, here))),
  )
  expect(missing).toEqual([])
})

test('an example is short, and imports published packages and Node alone', () => {
  for (const name of names) {
    const source = readFileSync(new URL(`${name}/index.js`, here), 'utf8')
    const imported = Array.from(source.matchAll(/ from '(.*)'$/gm), ([, from]) => from!)
    expect(imported).not.toHaveLength(0)
    expect(imported.filter((from) => !/^(@hillock\/(?!testing)|node:)/.test(from))).toEqual([])
    expect(source.trimEnd().split('\n').length).toBeLessThan(70)
  }
})

whereFound('in-a-page, in a browser', chromium, () => {
  test('trains, and draws its picture', async () => {
    const shown = await onPage(new URL('in-a-page/', here), async (page) => {
      await page.goto('http://page.test/index.html?epochs=1')
      await page.waitForSelector('[data-done]')
      return { text: await page.innerText('#progress'), drawn: await page.locator('#picture svg').count() }
    })
    expect(shown).toEqual({ text: 'epoch 1: test accuracy 0.51', drawn: 1 })
  })
})
