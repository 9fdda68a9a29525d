package dev.daybook.registry;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The check of contracts at append: does this key or value carry the id of a schema that is registered for its
/// topic? Answers from a local copy of `_schemas` that a reader of its own keeps up to date; no request leaves the
/// process for a record that passes. It fails closed: until the copy is loaded, nothing passes.
///
/// For plain threads, which may wait: a producer that has just registered a schema may come before our copy knows, so
/// an unknown id waits until the copy has reached the end of the log as of now, at most a fifth of a second.
public final class ContractCheck implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ContractCheck.class);
  private static final int HEADER_BYTES = 5;
  private static final Duration CATCH_UP = Duration.ofMillis(200);
  private static final Verdict ACCEPTED = new Verdict.Accepted();
  private static final Verdict NOT_LOADED =
      new Verdict.NotReady("the contracts are still being loaded; try again in a moment");

  private static final Verdict NOT_CAUGHT_UP =
      new Verdict.NotReady(
          "the schema id is unknown here and the registry's log does not answer; try again");

  /// How much of the contract is checked. A mode that looks into the payload comes beside these.
  public enum Mode {
    OFF,
    ID;

    /// The mode as `daybook.contract.value` names it: `off` or `id`.
    public static Mode parse(String text) {
      return switch (text) {
        case "off" -> OFF;
        case "id" -> ID;
        default ->
            throw new IllegalArgumentException(
                "Contract mode '" + text + "' is unknown; use 'off' or 'id'.");
      };
    }
  }

  private final SchemaCatalog catalog = new SchemaCatalog();
  private final SchemaLog log;
  private final SchemaTail tail;
  private volatile boolean loaded;

  /// Starts reading the registry's topic; returns at once.
  public static ContractCheck start(SchemaRegistryConfig config) {
    return new ContractCheck(
        new KafkaSchemaLog(config.bootstrapServers(), config.topic(), config.kafkaSettings()));
  }

  ContractCheck(SchemaLog log) {
    this.log = log;
    tail = new SchemaTail("contract-tail", log, new Copy()).start();
  }

  public boolean ready() {
    return loaded;
  }

  /// Judges a record's key or value; null is a tombstone, which no contract forbids. The buffer is left as it is.
  public Verdict check(String topic, boolean key, Mode mode, @Nullable ByteBuffer bytes) {
    return switch (mode) {
      case OFF -> ACCEPTED;
      case ID -> bytes == null ? ACCEPTED : checkId(topic + (key ? "-key" : "-value"), bytes);
    };
  }

  private Verdict checkId(String subject, ByteBuffer bytes) {
    if (!loaded) {
      return NOT_LOADED;
    }
    int from = bytes.position();
    if (bytes.remaining() < HEADER_BYTES || bytes.get(from) != 0) {
      return new Verdict.Refused(
          "the topic has a contract: its data must start with magic byte 0 and a 4-byte schema id, as the schema"
              + " registry's serializers write it");
    }
    int id = bytes.duplicate().order(ByteOrder.BIG_ENDIAN).getInt(from + 1);
    if (registered(subject, id)) {
      return ACCEPTED;
    }
    return catchUp() ? afterCatchUp(subject, id) : NOT_CAUGHT_UP;
  }

  private Verdict afterCatchUp(String subject, int id) {
    if (registered(subject, id)) {
      return ACCEPTED;
    }
    boolean deleted = catalog.subject(subject).withId(id, true) != null;
    return new Verdict.Refused(
        "schema id "
            + id
            + (deleted ? " is deleted under subject " : " is not registered under subject ")
            + subject
            + "; register the schema there and write with the id that gives");
  }

  private boolean registered(String subject, int id) {
    return catalog.subject(subject).withId(id, false) != null;
  }

  private boolean catchUp() {
    try {
      tail.catchUp().get(CATCH_UP.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException | KafkaException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    tail.close();
    log.close();
  }

  /// Replays on the tail's thread, the only one that changes the catalogue.
  private final class Copy implements SchemaTail.Listener {
    @Override
    public void read(List<SchemaLog.Entry> entries) {
      for (SchemaLog.Entry entry : entries) {
        SchemaRecord record = RecordFormat.decode(entry.key(), entry.value());
        if (record != null) {
          catalog.replay(record, entry.timestampMs());
        }
      }
    }

    @Override
    public void caughtUp() {
      loaded = true;
      LOG.info("contracts loaded subjects={}", catalog.subjects().size());
    }

    @Override
    public void cut() {
      loaded = false;
    }
  }
}
