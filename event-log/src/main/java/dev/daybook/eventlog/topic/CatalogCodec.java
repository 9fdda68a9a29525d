package dev.daybook.eventlog.topic;

import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// Catalogue records as bytes; drawn in this package's package-info.
public final class CatalogCodec {
  private static final int TOPIC_CREATED = 1;
  private static final int TOPIC_DELETED = 2;
  private static final int PRODUCER_IDS_RESERVED = 3;
  private static final int EPOCH_RAISED = 4;
  private static final int TOPIC_CONFIGURED = 5;
  private static final int PARTITIONS_ADDED = 6;
  private static final int VERSION = 0;

  private CatalogCodec() {}

  public static byte[] encode(CatalogRecord record) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      switch (record) {
        case CatalogRecord.TopicCreated(Topic topic) -> {
          header(out, TOPIC_CREATED);
          topicId(out, topic.id());
          out.writeUTF(topic.name());
          out.writeInt(topic.partitions());
          config(out, topic.config().given());
        }
        case CatalogRecord.TopicDeleted(TopicId id) -> {
          header(out, TOPIC_DELETED);
          topicId(out, id);
        }
        case CatalogRecord.ProducerIdsReserved(long next) -> {
          header(out, PRODUCER_IDS_RESERVED);
          out.writeLong(next);
        }
        case CatalogRecord.EpochRaised(EpochRaise raise) -> {
          header(out, EPOCH_RAISED);
          epochRaise(out, raise);
        }
        case CatalogRecord.TopicConfigured(TopicId id, Map<String, String> given) -> {
          header(out, TOPIC_CONFIGURED);
          topicId(out, id);
          config(out, given);
        }
        case CatalogRecord.PartitionsAdded(TopicId id, int partitions) -> {
          header(out, PARTITIONS_ADDED);
          topicId(out, id);
          out.writeInt(partitions);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  /// Reads what [#encode] wrote.
  ///
  /// @throws IllegalArgumentException when the bytes are no catalogue record, or one of a newer Daybook
  public static CatalogRecord decode(ByteBuffer value) {
    byte[] bytes = new byte[value.remaining()];
    value.duplicate().get(bytes);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int kind = in.readUnsignedByte();
      int version = in.readUnsignedByte();
      if (version > VERSION) {
        throw unknown(kind, version);
      }
      return switch (kind) {
        case TOPIC_CREATED ->
            new CatalogRecord.TopicCreated(
                new Topic(topicId(in), in.readUTF(), in.readInt(), new TopicConfig(config(in))));
        case TOPIC_DELETED -> new CatalogRecord.TopicDeleted(topicId(in));
        case PRODUCER_IDS_RESERVED -> new CatalogRecord.ProducerIdsReserved(in.readLong());
        case EPOCH_RAISED -> new CatalogRecord.EpochRaised(epochRaise(in));
        case TOPIC_CONFIGURED -> new CatalogRecord.TopicConfigured(topicId(in), config(in));
        case PARTITIONS_ADDED -> new CatalogRecord.PartitionsAdded(topicId(in), in.readInt());
        default -> throw unknown(kind, version);
      };
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "A catalogue record ends too early (" + bytes.length + " bytes)", e);
    }
  }

  private static IllegalArgumentException unknown(int kind, int version) {
    return new IllegalArgumentException(
        "Catalogue record of kind "
            + kind
            + ", version "
            + version
            + " is unknown: it was written by a newer Daybook; start that one");
  }

  private static void header(DataOutputStream out, int kind) throws IOException {
    out.writeByte(kind);
    out.writeByte(VERSION);
  }

  private static void topicId(DataOutputStream out, TopicId id) throws IOException {
    out.writeLong(id.mostSignificantBits());
    out.writeLong(id.leastSignificantBits());
  }

  private static TopicId topicId(DataInputStream in) throws IOException {
    return new TopicId(in.readLong(), in.readLong());
  }

  private static void epochRaise(DataOutputStream out, EpochRaise raise) throws IOException {
    out.writeInt(raise.epoch());
    out.writeByte(raise.reason().number());
    out.writeLong(raise.atMs());
    out.writeUTF(raise.details());
    out.writeInt(raise.ends().size());
    for (Map.Entry<PartitionId, Long> end : new TreeMap<>(raise.ends()).entrySet()) {
      out.writeInt(end.getKey().shard());
      topicId(out, end.getKey().topic());
      out.writeInt(end.getKey().index());
      out.writeLong(end.getValue());
    }
  }

  private static EpochRaise epochRaise(DataInputStream in) throws IOException {
    int epoch = in.readInt();
    EpochRaise.Reason reason = EpochRaise.Reason.of(in.readUnsignedByte());
    long atMs = in.readLong();
    String details = in.readUTF();
    Map<PartitionId, Long> ends = new HashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      ends.put(new PartitionId(in.readInt(), topicId(in), in.readInt()), in.readLong());
    }
    return new EpochRaise(epoch, reason, atMs, details, ends);
  }

  private static void config(DataOutputStream out, Map<String, String> config) throws IOException {
    out.writeShort(config.size());
    for (Map.Entry<String, String> entry : new TreeMap<>(config).entrySet()) {
      out.writeUTF(entry.getKey());
      out.writeUTF(entry.getValue());
    }
  }

  private static Map<String, String> config(DataInputStream in) throws IOException {
    Map<String, String> config = new TreeMap<>();
    int count = in.readUnsignedShort();
    for (int i = 0; i < count; i++) {
      config.put(in.readUTF(), in.readUTF());
    }
    return config;
  }
}
