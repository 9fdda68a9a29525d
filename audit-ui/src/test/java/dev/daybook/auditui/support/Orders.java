package dev.daybook.auditui.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Changes of an orders table as Debezium writes them, encoded by Avro's own writer: a large id, an
/// exact amount, an emoji, a null.
public final class Orders {
  public static final String TOPIC = "shop.public.orders";
  public static final long LARGE_ID = 9_007_199_254_740_993L;
  public static final BigDecimal EXACT_TOTAL =
      new BigDecimal("12345678901234567890123456789.000000001");
  public static final String EMOJI = "Grüße 👩‍🚀 – naïve ☕";

  public static final Schema KEY =
      new Schema.Parser()
          .parse(
              """
              {"type":"record","name":"Key","namespace":"shop.public.orders",
               "fields":[{"name":"id","type":"long"}]}""");

  public static final Schema VALUE =
      new Schema.Parser()
          .parse(
              """
              {"type":"record","name":"Envelope","namespace":"shop.public.orders","fields":[
                {"name":"before","type":["null",{"type":"record","name":"Value","fields":[
                  {"name":"id","type":"long"},
                  {"name":"customer","type":"string"},
                  {"name":"state","type":{"type":"enum","name":"State","symbols":["NEW","PAID","SHIPPED"]}},
                  {"name":"total","type":{"type":"bytes","logicalType":"decimal","precision":38,"scale":9}},
                  {"name":"note","type":["null","string"],"default":null},
                  {"name":"created_at","type":{"type":"long","connect.name":"io.debezium.time.MicroTimestamp"}}
                ]}],"default":null},
                {"name":"after","type":["null","Value"],"default":null},
                {"name":"source","type":{"type":"record","name":"Source","fields":[
                  {"name":"connector","type":"string"},{"name":"db","type":"string"},
                  {"name":"schema","type":"string"},{"name":"table","type":"string"},
                  {"name":"txId","type":"long"},{"name":"lsn","type":"long"}]}},
                {"name":"op","type":"string"},
                {"name":"ts_ms","type":["null","long"],"default":null}]}""");

  private final int keyId;
  private final int valueId;

  public Orders(FakeRegistry registry) {
    keyId = registry.register(TOPIC + "-key", KEY);
    valueId = registry.register(TOPIC + "-value", VALUE);
  }

  public record Row(
      long id, String customer, String state, BigDecimal total, @Nullable String note) {}

  public ProducerRecord<byte[], byte[]> insert(Row row) {
    return change("c", null, row);
  }

  public ProducerRecord<byte[], byte[]> update(Row before, Row after) {
    return change("u", before, after);
  }

  public ProducerRecord<byte[], byte[]> delete(Row row) {
    return change("d", row, null);
  }

  public ProducerRecord<byte[], byte[]> tombstone(Row row) {
    return new ProducerRecord<>(TOPIC, null, key(row.id()), null);
  }

  /// The story of some orders: each is new, paid, shipped; every third is deleted in the end.
  public List<ProducerRecord<byte[], byte[]>> story(int orders) {
    var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
    for (int i = 0; i < orders; i++) {
      var row = new Row(4711 + i, CUSTOMERS.get(i % CUSTOMERS.size()), "NEW", amount(i), null);
      var paid = new Row(row.id(), row.customer(), "PAID", row.total(), "paid by card");
      var shipped = new Row(row.id(), row.customer(), "SHIPPED", row.total(), "left the house ☕");
      records.addAll(List.of(insert(row), update(row, paid), update(paid, shipped)));
      if (i % 3 == 0) {
        records.addAll(List.of(delete(shipped), tombstone(shipped)));
      }
    }
    return records;
  }

  private static final List<String> CUSTOMERS =
      List.of("Ada Lovelace", "Grace Hopper", "Jürgen Groß", "李小龙", "Zoë Ångström");

  private static BigDecimal amount(int i) {
    return BigDecimal.valueOf(1_990_000_000L + 37_000_000_001L * i, 9);
  }

  public static Row remarkable() {
    return new Row(LARGE_ID, "Zoë Ångström", "NEW", EXACT_TOTAL, EMOJI);
  }

  private ProducerRecord<byte[], byte[]> change(
      String op, @Nullable Row before, @Nullable Row after) {
    var envelope = new GenericData.Record(VALUE);
    var rows = VALUE.getField("before").schema().getTypes().get(1);
    envelope.put("before", before == null ? null : row(rows, before));
    envelope.put("after", after == null ? null : row(rows, after));
    var source = new GenericData.Record(VALUE.getField("source").schema());
    source.put("connector", "postgresql");
    source.put("db", "shop");
    source.put("schema", "public");
    source.put("table", "orders");
    source.put("txId", 771L);
    source.put("lsn", 26_843_712L);
    envelope.put("source", source);
    envelope.put("op", op);
    envelope.put("ts_ms", 1_772_546_700_123L);
    long id = after != null ? after.id() : before != null ? before.id() : 0;
    var record = new ProducerRecord<>(TOPIC, null, key(id), framed(valueId, VALUE, envelope));
    record.headers().add("trace-id", "9f2c41d07be34a11".getBytes(StandardCharsets.UTF_8));
    return record;
  }

  private static GenericRecord row(Schema schema, Row row) {
    var record = new GenericData.Record(schema);
    record.put("id", row.id());
    record.put("customer", row.customer());
    record.put("state", new GenericData.EnumSymbol(schema.getField("state").schema(), row.state()));
    record.put("total", ByteBuffer.wrap(row.total().setScale(9).unscaledValue().toByteArray()));
    record.put("note", row.note());
    record.put("created_at", 1_772_546_700_123_456L);
    return record;
  }

  private byte[] key(long id) {
    var key = new GenericData.Record(KEY);
    key.put("id", id);
    return framed(keyId, KEY, key);
  }

  public static byte[] framed(int id, Schema schema, Object datum) {
    var out = new ByteArrayOutputStream();
    out.write(0);
    out.writeBytes(ByteBuffer.allocate(4).putInt(id).array());
    out.writeBytes(avro(schema, datum));
    return out.toByteArray();
  }

  public static byte[] avro(Schema schema, Object datum) {
    var out = new ByteArrayOutputStream();
    var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      new GenericDatumWriter<>(schema).write(datum, encoder);
      encoder.flush();
    } catch (IOException impossibleInMemory) {
      throw new UncheckedIOException(impossibleInMemory);
    }
    return out.toByteArray();
  }
}
