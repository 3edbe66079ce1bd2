// A KafkaJS client that tells what it lives through, see consistency/voice.py.
const readline = require('readline')
const { writeSync } = require('fs')
const { Kafka, CompressionCodecs, CompressionTypes, logLevel } = require('kafkajs')

CompressionCodecs[CompressionTypes.Snappy] = require('kafkajs-snappy') // franz-go's default

const PER_PROCESS = 1_000_000_000
const [name, bootstrap, topic, group, , , isolation, ...numbers] = process.argv.slice(2)
const [partitions, number, rate, sessionMs] = numbers.map(Number)
const readUncommitted = isolation === 'read_uncommitted'

const kafka = new Kafka({
  brokers: [bootstrap],
  logLevel: logLevel.NOTHING,
  retry: { retries: 400, initialRetryTime: 20, maxRetryTime: 200 },
})
let operations = number * PER_PROCESS
let writing = true
const key = partition => `${topic}-${partition}`
const now = () => Number(process.hrtime.bigint())
const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))

function line(text) {
  const bytes = Buffer.from(text + '\n')
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(1, bytes, written)
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
    }
  }
}

function begin(part, f, more) {
  const begun = { op: operations++, process: `${name}-${part}`, f }
  line(JSON.stringify({ ns: now(), ...begun, type: 'invoke', ...more }))
  return begun
}

const end = (begun, type, more) => line(JSON.stringify({ ...begun, type, ns: now(), ...more }))
const unsure = (begun, error) => end(begun, 'info', { why: String(error) })
const problem = error => line(`problem ${String(error.stack || error).replace(/\n/g, ' ')}`)

async function write() {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false })
  await producer.connect()
  const started = Date.now()
  for (let count = 0; writing; count++) {
    await send(producer, count % partitions, number * PER_PROCESS + count) // KafkaJS keeps no order among several
    await pause(Math.max(0, started + ((count + 1) / rate) * 1000 - Date.now()))
  }
  await producer.disconnect()
}

async function send(producer, partition, value) {
  const begun = begin('writer', 'send', { sends: [[key(partition), value, null]] })
  try {
    const [answer] = await producer.send({ topic, acks: -1, messages: [{ partition, value: String(value) }] })
    end(begun, 'ok', { sends: [[key(partition), value, Number(answer.baseOffset)]] })
  } catch (error) {
    unsure(begun, error)
  }
}

const changed = new Set()

function tell(owned) {
  end(begin('member', 'assign', { group, keys: owned.map(key) }), 'ok', {})
}

async function belong() {
  const consumer = kafka.consumer({
    groupId: group,
    readUncommitted,
    sessionTimeout: sessionMs,
    heartbeatInterval: sessionMs / 4,
    maxWaitTimeInMs: 200,
    retry: { restartOnFailure: async () => true },
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  consumer.on(consumer.events.REBALANCING, () => tell([]))
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    const given = payload.memberAssignment[topic] || []
    given.forEach(partition => changed.add(partition))
    tell(given)
  })
  consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || problem(payload.error))
  let polls = 0
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: true,
    async eachBatch({ batch, isStale }) {
      if (isStale()) return
      await take(consumer, batch.partition, batch.messages)
      if (++polls % 10 === 0) await ask()
    },
  })
}

async function take(consumer, partition, messages) {
  if (messages.length === 0) return // markers, and what was aborted
  const handed = changed.delete(partition) ? [key(partition)] : []
  const found = messages.map(one => [Number(one.offset), Number(one.value.toString())])
  const begun = begin('member', 'poll', { group, uncommitted: readUncommitted })
  end(begun, 'ok', { polls: { [key(partition)]: found }, keys: handed })
  const offset = found[found.length - 1][0] + 1
  const asked = begin('member', 'commit', { group, offsets: { [key(partition)]: offset } })
  try {
    await consumer.commitOffsets([{ topic, partition, offset: String(offset) }])
    end(asked, 'ok', {})
  } catch (error) {
    unsure(asked, error)
    throw error.cause || error // it must join again, and KafkaJS sees to that if it is shown the broker's own answer
  }
}

const admin = kafka.admin()

async function ask() {
  const begun = begin('member', 'committed', { group })
  try {
    const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
    end(begun, 'ok', { offsets: Object.fromEntries(found.partitions.map(one => [key(one.partition), Number(one.offset)])) })
  } catch (error) {
    unsure(begun, error)
  }
}

async function main() {
  const written = write().catch(problem)
  await admin.connect()
  belong().catch(problem)
  for await (const _ of readline.createInterface({ input: process.stdin })) {
    writing = false
    await written
    line('finished')
  }
  process.exit(0)
}

main()
