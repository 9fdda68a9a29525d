package dev.daybook.eventlog.transaction;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Records of `__transaction_state` as bytes, in Kafka's format; drawn in this package's package-info. Writes version
/// 1, reads 0 and 1.
final class TransactionCodec {
  private static final short KEY_VERSION = 0;
  private static final short VALUE_VERSION = 1;

  private static final int PREVIOUS_PRODUCER_ID = 0;
  private static final int NEXT_PRODUCER_ID = 1;
  private static final int CLIENT_VERSION = 2;

  /// Our own: Kafka does not keep it, and readers skip tags they do not know.
  private static final int LAST_EPOCH = 1_000;

  private TransactionCodec() {}

  static ByteBuffer key(String id) {
    byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
    if (utf8.length > Short.MAX_VALUE) {
      throw new IllegalArgumentException(
          "A transactional id has at most " + Short.MAX_VALUE + " bytes, not " + utf8.length);
    }
    return ByteBuffer.allocate(4 + utf8.length)
        .putShort(KEY_VERSION)
        .putShort((short) utf8.length)
        .put(utf8)
        .flip();
  }

  /// The transactional id that a record is about.
  ///
  /// @throws IllegalArgumentException when the bytes are no key, or one of a newer format
  static String id(ByteBuffer key) {
    ByteBuffer in = key.duplicate();
    try {
      requireVersion("key", in.getShort(), KEY_VERSION);
      return text(in, in.getShort());
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("A key of the transaction state ends too early", e);
    }
  }

  static ByteBuffer value(Transaction transaction) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeShort(VALUE_VERSION);
      out.writeLong(transaction.producerId());
      out.writeShort(transaction.epoch());
      out.writeInt(transaction.timeoutMs());
      out.writeByte(transaction.state().id());
      partitions(out, transaction);
      out.writeLong(transaction.updateMs());
      out.writeLong(transaction.startMs());
      tags(out, transaction);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed", e);
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  /// Reads what [#value] wrote, or Kafka.
  ///
  /// @throws IllegalArgumentException when the bytes are no value, or one of a newer format
  static Transaction transaction(String id, ByteBuffer value) {
    ByteBuffer in = value.duplicate();
    try {
      short version = in.getShort();
      requireVersion("value", version, VALUE_VERSION);
      return transaction(id, in, version == VALUE_VERSION);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException(
          "The state of transaction '" + id + "' ends too early (" + value.remaining() + " bytes)",
          e);
    }
  }

  private static Transaction transaction(String id, ByteBuffer in, boolean flexible) {
    long producerId = in.getLong();
    short epoch = in.getShort();
    int timeoutMs = in.getInt();
    TransactionState state = TransactionState.of(in.get());
    Set<TransactionPartition> partitions = partitions(in, flexible);
    long updateMs = in.getLong();
    long startMs = in.getLong();
    Map<Integer, ByteBuffer> tags = flexible ? tags(in) : Map.of();
    return new Transaction(
        id,
        producerId,
        longOr(tags.get(PREVIOUS_PRODUCER_ID)),
        longOr(tags.get(NEXT_PRODUCER_ID)),
        epoch,
        shortOr(tags.get(LAST_EPOCH), ProducerIdentity.NO_EPOCH),
        timeoutMs,
        state,
        state == TransactionState.EMPTY ? Set.of() : partitions,
        startMs,
        updateMs,
        shortOr(tags.get(CLIENT_VERSION), (short) 0));
  }

  private static void partitions(DataOutputStream out, Transaction transaction) throws IOException {
    if (transaction.state() == TransactionState.EMPTY) {
      unsigned(out, 0); // none, not even an empty list, as Kafka has it
      return;
    }
    Map<String, List<Integer>> byTopic = new TreeMap<>();
    transaction
        .partitions()
        .forEach(
            one -> byTopic.computeIfAbsent(one.topic(), t -> new ArrayList<>()).add(one.index()));
    unsigned(out, byTopic.size() + 1);
    for (Map.Entry<String, List<Integer>> topic : byTopic.entrySet()) {
      byte[] name = topic.getKey().getBytes(StandardCharsets.UTF_8);
      unsigned(out, name.length + 1);
      out.write(name);
      unsigned(out, topic.getValue().size() + 1);
      for (int index : topic.getValue()) {
        out.writeInt(index);
      }
      unsigned(out, 0); // no tags
    }
  }

  private static Set<TransactionPartition> partitions(ByteBuffer in, boolean flexible) {
    Set<TransactionPartition> partitions = new HashSet<>();
    int topics = flexible ? unsigned(in) - 1 : in.getInt();
    for (int t = 0; t < topics; t++) {
      String topic = text(in, flexible ? unsigned(in) - 1 : in.getShort());
      int count = flexible ? unsigned(in) - 1 : in.getInt();
      for (int i = 0; i < count; i++) {
        partitions.add(new TransactionPartition(topic, in.getInt()));
      }
      if (flexible) {
        tags(in);
      }
    }
    return partitions;
  }

  private static void tags(DataOutputStream out, Transaction transaction) throws IOException {
    boolean previous = transaction.previousProducerId() != ProducerIdentity.NO_ID;
    boolean next = transaction.nextProducerId() != ProducerIdentity.NO_ID;
    boolean version = transaction.clientVersion() != 0;
    boolean last = transaction.lastEpoch() != ProducerIdentity.NO_EPOCH;
    unsigned(out, count(previous) + count(next) + count(version) + count(last));
    if (previous) {
      tag(out, PREVIOUS_PRODUCER_ID, Long.BYTES);
      out.writeLong(transaction.previousProducerId());
    }
    if (next) {
      tag(out, NEXT_PRODUCER_ID, Long.BYTES);
      out.writeLong(transaction.nextProducerId());
    }
    if (version) {
      tag(out, CLIENT_VERSION, Short.BYTES);
      out.writeShort(transaction.clientVersion());
    }
    if (last) {
      tag(out, LAST_EPOCH, Short.BYTES);
      out.writeShort(transaction.lastEpoch());
    }
  }

  private static int count(boolean there) {
    return there ? 1 : 0;
  }

  private static void tag(DataOutputStream out, int number, int bytes) throws IOException {
    unsigned(out, number);
    unsigned(out, bytes);
  }

  private static Map<Integer, ByteBuffer> tags(ByteBuffer in) {
    Map<Integer, ByteBuffer> tags = new TreeMap<>();
    for (int left = unsigned(in); left > 0; left--) {
      int number = unsigned(in);
      int bytes = bounded(in, unsigned(in));
      tags.put(number, in.slice(in.position(), bytes));
      in.position(in.position() + bytes);
    }
    return tags;
  }

  private static long longOr(@Nullable ByteBuffer tag) {
    return tag == null ? ProducerIdentity.NO_ID : tag.getLong();
  }

  private static short shortOr(@Nullable ByteBuffer tag, short otherwise) {
    return tag == null ? otherwise : tag.getShort();
  }

  private static String text(ByteBuffer in, int bytes) {
    byte[] utf8 = new byte[bounded(in, bytes)];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static int bounded(ByteBuffer in, int bytes) {
    if (bytes < 0 || bytes > in.remaining()) {
      throw new IllegalArgumentException(
          "A part of the transaction state claims " + bytes + " bytes of " + in.remaining());
    }
    return bytes;
  }

  private static void unsigned(DataOutputStream out, int number) throws IOException {
    int left = number;
    while ((left & ~0x7f) != 0) {
      out.writeByte((left & 0x7f) | 0x80);
      left >>>= 7;
    }
    out.writeByte(left);
  }

  private static int unsigned(ByteBuffer in) {
    int number = 0;
    for (int shift = 0; shift <= 28; shift += 7) {
      byte group = in.get();
      number |= (group & 0x7f) << shift;
      if (group >= 0) {
        return number;
      }
    }
    throw new IllegalArgumentException("A number of the transaction state is too long");
  }

  private static void requireVersion(String part, short version, short newest) {
    if (version < 0 || version > newest) {
      throw new IllegalArgumentException(
          "The transaction state has a "
              + part
              + " of version "
              + version
              + ", which is unknown: it was written by something newer");
    }
  }
}
