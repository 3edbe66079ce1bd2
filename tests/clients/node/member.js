// A member of a group, by KafkaJS; see tests/clients/member.py.
const { Kafka, logLevel } = require('kafkajs')
const { assigners } = require('./assigners')
const { say, options, owns, toldToLeave } = require('./voice')

const [bootstrap, groupId, topic] = process.argv.slice(2)
const given = options(process.argv.slice(5))
const sessionTimeout = Number(given['session-ms'] || 6000)

let mine = {}

const kafka = new Kafka({
  brokers: [bootstrap],
  logLevel: logLevel.NOTHING,
  retry: { retries: 100, initialRetryTime: 20, maxRetryTime: 200 },
})
const consumer = kafka.consumer({
  groupId,
  sessionTimeout,
  rebalanceTimeout: 20_000,
  heartbeatInterval: sessionTimeout / 12,
  maxWaitTimeInMs: 100, // it beats its heart between fetches only
  metadataMaxAge: 1000,
  readUncommitted: given.committed === undefined,
  partitionAssigners: [assigners[given.assignor || 'roundrobin'](() => mine)],
})

async function main() {
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    mine = payload.memberAssignment
    owns(mine)
  })
  await consumer.connect()
  await consumer.subscribe({ topic: topic.startsWith('^') ? new RegExp(topic) : topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    async eachBatch({ batch }) {
      // A rebalance that came between is KafkaJS's to handle: whoever gets the partition reads it again.
      const offset = String(Number(batch.lastOffset()) + 1)
      await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset }])
      say('read', batch.messages.map(message => [batch.partition, Number(message.offset)]))
    },
  })
  await toldToLeave()
  await consumer.disconnect()
  process.exit(0) // a socket of before a restart of the broker may still be there
}

main()
