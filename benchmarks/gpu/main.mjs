// node main.mjs conformance|learners|launches|steps|wide|mnist: one part of gpu.sh. Figures are lines of JSON.
import { isAvailable } from '@hillock/backend-cuda'
import { mnistOnAll } from './mnist.mjs'
import { conformance, learners } from './suites.mjs'
import { launches, steps, wide } from './times.mjs'

const parts = { conformance, learners, launches, steps, wide, mnist: mnistOnAll }
const small = process.env.HILLOCK_GPU_SMALL === '1'

const found = await isAvailable()
if (!found.available) {
  process.stdout.write(`not available: ${found.reason}\n`)
  process.exit(1)
}
process.stdout.write(`${found.devices.join('; ')}\n`)
const tell = (figures) => process.stdout.write(`${JSON.stringify(figures)}\n`)
const ended = await parts[process.argv[2]]({ small, tell })
process.exit(ended === false ? 1 : 0)
