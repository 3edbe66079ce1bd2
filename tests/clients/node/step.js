// Read, write and commit in a transaction, by KafkaJS; see tests/clients/step.py.
const { Kafka, logLevel } = require('kafkajs')
const { say, options, owns, toldToLeave } = require('./voice')

const [bootstrap, groupId, input, output, transactionalId] = process.argv.slice(2)
const given = options(process.argv.slice(7))
const sessionTimeout = Number(given['session-ms'] || 6000)
const FENCED = ['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED']

const kafka = new Kafka({
  brokers: [bootstrap],
  logLevel: logLevel.NOTHING,
  retry: { retries: 100, initialRetryTime: 20, maxRetryTime: 200 },
})
const producer = kafka.producer({ transactionalId, maxInFlightRequests: 1, idempotent: true })
const consumer = kafka.consumer({
  groupId,
  sessionTimeout,
  rebalanceTimeout: 20_000,
  heartbeatInterval: sessionTimeout / 12,
  maxWaitTimeInMs: 100, // it beats its heart between fetches only
  readUncommitted: false,
})
let number = 0
let goOn

/** Whatever an open transaction did is either all of it there, or nothing. KafkaJS joins anew only between two batches. */
async function step({ batch }) {
  const { topic, partition } = batch
  const transaction = await producer.transaction()
  number += 1
  const messages = batch.messages.map(({ offset }) => ({ partition, value: `${partition}-${offset}` }))
  await transaction.send({ topic: output, messages })
  if (number === Number(given.hold)) {
    say('holds', true)
    await new Promise(resolve => (goOn = resolve))
  }
  if (number === Number(given.abort)) {
    await transaction.abort()
    say('aborted', true)
    consumer.seek({ topic, partition, offset: batch.firstOffset() })
    return
  }
  const offset = String(Number(batch.lastOffset()) + 1)
  await transaction.sendOffsets({ consumerGroupId: groupId, topics: [{ topic, partitions: [{ partition, offset }] }] })
  await transaction.commit()
  say('read', batch.messages.map(message => [partition, Number(message.offset)]))
}

/** A step that another producer of the same id has made impossible is the last one. */
async function stepUnlessFenced(payload) {
  try {
    await step(payload)
  } catch (error) {
    if (!FENCED.includes(error.type)) throw error
    say('fenced', true)
    process.exit(0)
  }
}

async function main() {
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => owns(payload.memberAssignment))
  await producer.connect()
  const empty = await producer.transaction() // the first one takes the id
  await empty.commit()
  say('ready', true)
  await consumer.connect()
  await consumer.subscribe({ topic: input, fromBeginning: true })
  await consumer.run({ autoCommit: false, eachBatch: stepUnlessFenced })
  await toldToLeave(() => goOn())
  await consumer.disconnect()
  await producer.disconnect()
  process.exit(0) // a socket may still be there
}

main()
