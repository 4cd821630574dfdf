import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EpochReport, Warning } from '@hillock/core'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import protobuf from 'protobufjs'
import { metricsIn } from '../src/run/metrics.ts'

let out: string
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'hillock-'))
})
afterAll(() => rm(out, { recursive: true }))

const epoch = (number: number): EpochReport => ({
  epoch: number,
  trainLoss: 1 / number,
  trainAccuracy: 0.5,
  validationAccuracy: 0.25 * number,
  testAccuracy: undefined,
  seconds: 1.5,
  density: [0.5, 0.125],
  synapticOperations: 300,
  warnings: [],
  metrics: { penalty: 2 },
  layers: { layer1: { rate: Number.NaN, drift: 4 } },
})

/** The part of tensorflow/core/util/event.proto and summary.proto that holds scalars. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Event { double wall_time = 1; int64 step = 2; oneof what { string file_version = 3; Summary summary = 5; } }
  message Summary { message Value { string tag = 1; float simple_value = 2; } repeated Value value = 1; }
`)
const Event = root.lookupType('Event')

/** The records of a file, as another implementation of protocol buffers reads them. Known: the masked sum of a length of 24, as TensorFlow writes it. */
function recordsOf(file: Buffer): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = []
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at))
    const data = file.subarray(at + 12, at + 12 + length)
    found.push(Event.toObject(Event.decode(data), { longs: Number }))
    at += 16 + length
  }
  return found
}

test('metrics are a line for each epoch, and records that TensorBoard reads, also of a run that goes on', async () => {
  const warnings: Warning[] = []
  const keep = () => metricsIn(out, { metrics: true, tensorboard: true }, (warning) => warnings.push(warning))
  const first = keep()
  await first([epoch(1)])
  await first([epoch(1), epoch(2)])
  const resumed = keep()
  await resumed([epoch(1), epoch(2), epoch(300)])
  const lines = (await readFile(join(out, 'metrics.jsonl'), 'utf8')).trim().split('\n')
  expect(lines.map((line) => JSON.parse(line).epoch)).toEqual([1, 2, 300])
  const file = await readFile(join(out, 'events.out.tfevents.0.hillock'))
  const [version, ...steps] = recordsOf(file)
  expect(version).toMatchObject({ fileVersion: 'brain.Event:2' })
  expect(steps.map(({ step }) => step)).toEqual([1, 2, 300])
  const { value } = steps[1]!.summary as { value: { tag: string; simpleValue: number }[] }
  expect(Object.fromEntries(value.map(({ tag, simpleValue }) => [tag, simpleValue]))).toEqual({
    'loss/train': 0.5,
    'accuracy/train': 0.5,
    'accuracy/validation': 0.5,
    seconds: 1.5,
    synapticOperations: 300,
    'density/input': 0.5,
    'density/layer1': 0.125,
    'metrics/penalty': 2,
    'layer1/drift': 4,
  })
  // the first record's length is 24; its sum is what TensorFlow's own files begin with
  expect(file.subarray(0, 12).toString('hex')).toBe('1800000000000000a37f4b22')
  expect(warnings).toEqual([])
})

test('training goes on where they cannot be written', async () => {
  const warnings: Warning[] = []
  const none = join(out, 'metrics.jsonl', 'none')
  await metricsIn(none, { metrics: true }, (warning) => warnings.push(warning))([epoch(1)])
  expect(warnings).toMatchObject([{ code: 'HILLOCK_OUTPUT', message: expect.stringMatching(/training goes on$/) }])
})
