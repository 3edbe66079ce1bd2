// The KafkaJS driver: answers lines of JSON, see drivers/process.py.
const readline = require('readline')
const { Kafka, CompressionCodecs, CompressionTypes, ConfigResourceTypes, logLevel } = require('kafkajs')

CompressionCodecs[CompressionTypes.Snappy] = require('kafkajs-snappy')

const kafka = new Kafka({
  brokers: [process.argv[2]],
  logLevel: logLevel.NOTHING,
  retry: { retries: 20, initialRetryTime: 20, maxRetryTime: 200 },
})
const admin = kafka.admin()
const codecs = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP, snappy: CompressionTypes.Snappy }
const resource = topic => ({ type: ConfigResourceTypes.TOPIC, name: topic })
const pairs = configs => Object.entries(configs).map(([name, value]) => ({ name, value }))
const bytes = text => (text === null ? null : Buffer.from(text, 'base64'))

function message(record, partition) {
  const headers = {}
  for (const [name, value] of record.headers) headers[name] = [...(headers[name] || []), bytes(value)]
  const timestamp = record.timestamp === null ? {} : { timestamp: String(record.timestamp) }
  return { value: bytes(record.value), key: bytes(record.key), headers, partition, ...timestamp }
}

async function partitionsOf(topic) {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  return topics[0].partitions.length
}

const actions = {
  async create({ topic, partitions, configs }) {
    const made = await admin.createTopics({ topics: [{ topic, numPartitions: partitions, configEntries: pairs(configs) }] })
    if (!made) throw new Error('the topic exists')
  },
  add_partitions: ({ topic, total }) => admin.createPartitions({ topicPartitions: [{ topic, count: total }] }),
  partitions: ({ topic }) => partitionsOf(topic),
  topics: () => admin.listTopics(),
  delete: ({ topic }) => admin.deleteTopics({ topics: [topic] }),
  async configs({ topic }) {
    const { resources } = await admin.describeConfigs({ resources: [resource(topic)], includeSynonyms: false })
    return Object.fromEntries(resources[0].configEntries.map(one => [one.configName, one.configValue]))
  },
  alter: ({ topic, configs }) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [{ ...resource(topic), configEntries: pairs(configs) }],
    }),
  async delete_records({ topic, partition, before }) {
    await admin.fetchTopicOffsets(topic) // else KafkaJS does not know the leader
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(before) }] })
  },
  async produce({ topic, partition, records, codec, idempotent, alone }) {
    const producer = kafka.producer({ idempotent, maxInFlightRequests: idempotent ? 1 : 5, allowAutoTopicCreation: false })
    await producer.connect()
    try {
      const messages = records.map(record => message(record, partition))
      // One send is one batch, however large.
      const large = records.some(record => record.value && record.value.length > 500_000)
      for (const batch of alone || large ? messages.map(one => [one]) : [messages])
        await producer.send({ topic, acks: -1, compression: codecs[codec], messages: batch })
    } finally {
      await producer.disconnect()
    }
  },
  async offsets({ topic, partition }) {
    const found = (await admin.fetchTopicOffsets(topic)).find(one => one.partition === partition)
    return [Number(found.low), Number(found.high)]
  },
  async offset_at({ topic, partition, timestamp }) {
    // KafkaJS answers the end of the log where there is no such record; the protocol's -1 is what we want to see.
    const end = (await actions.offsets({ topic, partition }))[1]
    const found = (await admin.fetchTopicOffsetsByTimestamp(topic, timestamp)).find(one => one.partition === partition)
    return Number(found.offset) === end ? -1 : Number(found.offset)
  },
}

async function answer(line) {
  try {
    const request = JSON.parse(line)
    const ok = await actions[request.do](request)
    return { ok: ok === undefined ? null : ok }
  } catch (error) {
    return { error: `${error.name}: ${error.message}` }
  }
}

async function main() {
  await admin.connect()
  for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity }))
    process.stdout.write(JSON.stringify(await answer(line)) + '\n')
  await admin.disconnect()
}

main()
