// Two foreign clients against a running registry: node roundtrip.mjs URL
import assert from 'node:assert/strict'
import confluent from '@confluentinc/schemaregistry'
import kafkajs from '@kafkajs/confluent-schema-registry'

const url = process.argv[2]
const order = {
  type: 'record', name: 'Order', namespace: 'shop',
  fields: [{ name: 'id', type: 'long' }, { name: 'note', type: ['null', 'string'], default: null }]
}
const value = { id: 42, note: 'daybook \u{1F4D3}' }

async function kafkajsClient () {
  const registry = new kafkajs.SchemaRegistry({ host: url })
  const schema = { type: kafkajs.SchemaType.AVRO, schema: JSON.stringify(order) }
  const { id } = await registry.register(schema, { subject: 'kjs-value' })
  assert.equal((await registry.register(schema, { subject: 'kjs-value' })).id, id)
  const payload = await registry.encode(id, value)
  const fresh = new kafkajs.SchemaRegistry({ host: url })
  const back = await fresh.decode(payload)
  assert.equal(Number(back.id), value.id)
  assert.equal(back.note.string ?? back.note, value.note)
  assert.equal(await fresh.getLatestSchemaId('kjs-value'), id)
  assert.equal(await fresh.getRegistryId('kjs-value', 1), id)
  assert.equal(await fresh.getRegistryIdBySchema('kjs-value', schema), id)
  const bad = { ...order, fields: [...order.fields, { name: 'must', type: 'string' }] }
  await assert.rejects(registry.register(
    { type: kafkajs.SchemaType.AVRO, schema: JSON.stringify(bad) }, { subject: 'kjs-value' }), /incompatible/i)
  return payload
}

async function confluentClient () {
  const conf = { baseURLs: [url], cacheCapacity: 100 }
  const client = confluent.SchemaRegistryClient.newClient(conf)
  const info = { schemaType: 'AVRO', schema: JSON.stringify(order) }
  const id = await client.register('csj-value', info)
  assert.equal(await client.getId('csj-value', info), id)
  assert.equal(await client.getVersion('csj-value', info), 1)
  const fresh = confluent.SchemaRegistryClient.newClient(conf)
  const found = await fresh.getBySubjectAndId('csj-value', id)
  assert.deepEqual(JSON.parse(found.schema), order)
  const latest = await fresh.getLatestSchemaMetadata('csj-value')
  assert.equal(latest.id, id)
  assert.equal((await fresh.getSchemaMetadata('csj-value', 1)).guid, latest.guid)
  assert.equal(JSON.parse((await fresh.getByGuid(latest.guid)).schema).name, 'Order')
  assert.deepEqual(await fresh.getAllVersions('csj-value'), [1])
  assert.ok((await fresh.getAllSubjects()).includes('csj-value'))

  const bad = { schemaType: 'AVRO', schema: JSON.stringify({ ...order, fields: [...order.fields, { name: 'must', type: 'string' }] }) }
  assert.equal(await fresh.testSubjectCompatibility('csj-value', info), true)
  assert.equal(await fresh.testCompatibility('csj-value', 1, bad), false)
  await assert.rejects(client.register('csj-value', bad), e => e.status === 409 && e.errorCode === 40901)
  await assert.rejects(fresh.getLatestSchemaMetadata('nobody'), e => e.status === 404 && e.errorCode === 40401)
  assert.equal(await fresh.getDefaultCompatibility(), 'BACKWARD')
  assert.equal(await fresh.updateCompatibility('csj-value', 'FULL'), 'FULL')
  assert.equal(await fresh.getCompatibility('csj-value'), 'FULL')

  const serializer = new confluent.AvroSerializer(client, confluent.SerdeType.VALUE, { useLatestVersion: true })
  const deserializer = new confluent.AvroDeserializer(fresh, confluent.SerdeType.VALUE, {})
  const payload = await serializer.serialize('csj', value)
  const back = await deserializer.deserialize('csj', payload)
  assert.equal(Number(back.id), value.id)
  assert.equal(back.note.string ?? back.note, value.note)

  assert.equal(await client.deleteSubjectVersion('csj-value', 1), 1)
  assert.deepEqual(await client.deleteSubject('csj-value', true), [1])
  return payload
}

const first = await kafkajsClient()
await confluentClient()
// What JavaScript wrote is read again by the Java client, in the test that runs this.
console.log('payload ' + first.toString('hex'))
