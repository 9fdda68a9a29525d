// A tour of kafkajs through a broker: topics, five codecs, an idempotent producer, a group that rebalances, offsets
// by time, transactions. Prints "done" at its end; whatever goes wrong ends it with an error.
const assert = require('node:assert')
const { Kafka, CompressionTypes, CompressionCodecs, logLevel } = require('kafkajs')
const SnappyCodec = require('kafkajs-snappy')
const lz4 = require('lz4js')
const { ZstdCodec } = require('zstd-codec')

CompressionCodecs[CompressionTypes.Snappy] = SnappyCodec
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async encoder => Buffer.from(lz4.compress(encoder.buffer)),
  decompress: async buffer => Buffer.from(lz4.decompress(buffer)),
})
const zstd = new Promise(resolve => ZstdCodec.run(codec => resolve(new codec.Simple())))
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async encoder => Buffer.from((await zstd).compress(encoder.buffer)),
  decompress: async buffer => Buffer.from((await zstd).decompress(buffer)),
})

const kafka = new Kafka({
  clientId: 'tour',
  brokers: [process.argv[2]],
  logLevel: logLevel.ERROR,
  retry: { retries: 12 },
})

async function until(what, ready) {
  const end = Date.now() + 120_000
  while (!ready()) {
    assert(Date.now() < end, `timed out: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

async function topics(admin) {
  assert(await admin.createTopics({ topics: [{ topic: 'js', numPartitions: 4 }] }))
  assert((await admin.listTopics()).includes('js'))
  const { topics } = await admin.fetchTopicMetadata({ topics: ['js'] })
  assert.equal(topics[0].partitions.length, 4)
  await admin.createTopics({ topics: [{ topic: 'passing' }] })
  await admin.deleteTopics({ topics: ['passing'] })
  assert(!(await admin.listTopics()).includes('passing'))
}

async function codecs(producer) {
  for (const [name, compression] of Object.entries(CompressionTypes)) {
    const messages = [...Array(50).keys()].map(i => ({ key: `k${i}`, value: `${name} ${i}` }))
    await producer.send({ topic: 'js', compression, acks: -1, messages })
  }
}

async function group(members, expected) {
  const seen = new Map()
  const consumers = []
  for (let member = 0; member < members; member++) {
    const consumer = kafka.consumer({ groupId: 'js-group', sessionTimeout: 60_000, rebalanceTimeout: 60_000 })
    const fetching = new Promise(resolve => consumer.on(consumer.events.FETCH_START, resolve))
    await consumer.connect()
    await consumer.subscribe({ topics: ['js'], fromBeginning: true })
    consumer.run({
      eachMessage: async ({ partition, message }) => {
        seen.set(`${partition}/${message.offset}`, message.value.toString())
      },
    })
    consumers.push(consumer)
    // kafkajs does not take it well when it is stopped while it still starts.
    await fetching
    await until(`member ${member} sees ${expected}`, () => member < members - 1 || seen.size >= expected)
  }
  for (const consumer of consumers) {
    await consumer.stop()
    await consumer.disconnect()
  }
  return seen
}

async function transactions(admin) {
  await admin.createTopics({ topics: [{ topic: 'js-paid' }] })
  const producer = kafka.producer({ transactionalId: 'js', idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  for (const [offset, value, end] of [[1, 'first', 'commit'], [2, 'aborted', 'abort'], [3, 'last', 'commit']]) {
    const transaction = await producer.transaction()
    await transaction.send({ topic: 'js-paid', messages: [{ key: 'k', value }] })
    if (end === 'abort' || offset === 1) {
      const partitions = [{ partition: 0, offset: `${offset}` }]
      await transaction.sendOffsets({ consumerGroupId: 'js-payers', topics: [{ topic: 'js', partitions }] })
    }
    await transaction[end]()
  }
  await producer.disconnect()
  const committed = await admin.fetchOffsets({ groupId: 'js-payers', topics: ['js'] })
  assert.equal(committed[0].partitions.find(({ partition }) => partition === 0).offset, '1')

  const seen = []
  const consumer = kafka.consumer({ groupId: 'js-paid-readers' })
  await consumer.connect()
  await consumer.subscribe({ topics: ['js-paid'], fromBeginning: true })
  consumer.run({ eachMessage: async ({ message }) => seen.push(message.value.toString()) })
  await until('the last payment is seen', () => seen.includes('last'))
  await consumer.stop()
  await consumer.disconnect()
  assert.deepEqual(seen, ['first', 'last'])
}

async function tour() {
  const admin = kafka.admin()
  await admin.connect()
  await topics(admin)

  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  await codecs(producer)
  await new Promise(resolve => setTimeout(resolve, 20))
  const between = Date.now()
  await new Promise(resolve => setTimeout(resolve, 20))
  await producer.send({ topic: 'js', messages: [{ key: 'late', value: 'late' }] })
  await producer.disconnect()

  const seen = await group(2, 251)
  assert.equal(seen.size, 251)
  for (const name of Object.keys(CompressionTypes)) {
    assert.equal([...seen.values()].filter(value => value.startsWith(`${name} `)).length, 50, name)
  }

  const ends = await admin.fetchTopicOffsets('js')
  assert.equal(ends.reduce((sum, { high }) => sum + Number(high), 0), 251)
  const since = await admin.fetchTopicOffsetsByTimestamp('js', between)
  const late = ends.reduce((sum, { partition, high }) => {
    const from = since.find(one => one.partition === partition).offset
    return sum + Number(high) - Number(from)
  }, 0)
  assert.equal(late, 1)
  const committed = await admin.fetchOffsets({ groupId: 'js-group', topics: ['js'] })
  assert.equal(committed[0].partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0), 251)
  await transactions(admin)
  await admin.disconnect()
}

tour().then(
  () => {
    console.log('done')
    process.exit(0)
  },
  error => {
    console.error(error)
    process.exit(1)
  },
)
