// Compares training in the page with training in Node: the recipe `demo`, in turns, by the seconds that the page and the command line report.
// The page also draws, and looks at the network between batches. Build the page first: `npx nx run @hillock/playground:site`.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { preview, runnerImport } from 'vite'

const { values } = parseArgs({
  options: { threads: { type: 'string', default: '1' }, rounds: { type: 'string', default: '7' } },
})
const [threads, rounds] = [Number(values.threads), Number(values.rounds)]
const cli = fileURLToPath(new URL('../../packages/cli/bin/hillock.js', import.meta.url))
const { module } = await runnerImport(fileURLToPath(new URL('../../tools/testing/src/chromium.ts', import.meta.url)))

const server = await preview({ root: fileURLToPath(new URL('.', import.meta.url)), logLevel: 'error' })
const browser = await module.launchChromium()

async function inPage() {
  const page = await browser.newPage()
  await page.goto(`${server.resolvedUrls.local[0]}#backend=${threads === 1 ? 'wasm-one-thread' : 'wasm'}`)
  const told = await page
    .getByText(/Trained in [\d.]+ s/)
    .first()
    .innerText({ timeout: 300_000 })
  await page.close()
  return Number(/Trained in ([\d.]+) s/.exec(told)[1])
}

function inNode() {
  const args = [cli, 'train', '--recipe', 'demo', '--threads', String(threads), '--json']
  const lines = execFileSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    .toString()
    .trim()
    .split('\n')
  return JSON.parse(lines.at(-1)).seconds
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
const turns = []
for (let round = 0; round < rounds; round++) turns.push({ page: await inPage(), node: inNode() })
await browser.close()
server.httpServer.close()
const ratio = median(turns.map(({ page, node }) => node / page))
console.log(`${rounds} turns, threads: ${threads}, Node ${process.version}, Chromium ${browser.version()}`)
console.log(
  `page ${median(turns.map(({ page }) => page)).toFixed(2)} s, Node ${median(turns.map(({ node }) => node)).toFixed(2)} s`,
)
console.log(`the page trains at ${(100 * ratio).toFixed(0)} % of Node's speed`)
process.exit()
