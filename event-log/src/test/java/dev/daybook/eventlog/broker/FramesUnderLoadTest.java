package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The memory of Produce frames is used again and again while batches in it are appended, refused, forgotten with their
/// topic and read by slow clients. What is given back is overwritten here, so that whoever still looked would see it.
class FramesUnderLoadTest {
  private static final int VERSION = 12;

  /// More than two slabs of frames hold, however slow the machine is.
  private static final int LEAST_BATCHES = 600;

  private static final int BATCHES = 3_000;
  private static final long MOST_NS = 3_000_000_000L;

  @TempDir private Path directory;
  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicLong acknowledged = new AtomicLong();

  @Test
  void nobodyReadsMemoryThatWasGivenBackAndAllOfItComesBack() throws Exception {
    try (RunningBroker daybook = RunningBroker.in(directory);
        WireClient admin = daybook.wire();
        ExecutorService threads = Executors.newFixedThreadPool(5)) {
      admin.ask(Requests.createTopics("lasting"), 7, CreateTopicsResponseData.class);
      Future<?> deletes = threads.submit(() -> createAndDelete(daybook));
      Future<?> quits = threads.submit(() -> leaveInTheMiddle(daybook));
      List<Future<Long>> readers =
          List.of(threads.submit(() -> read(daybook, 0)), threads.submit(() -> read(daybook, 30)));
      Future<?> writes = threads.submit((Callable<Boolean>) () -> produce(daybook));

      writes.get();
      done.set(true);
      deletes.get();
      quits.get();
      for (Future<Long> reader : readers) {
        assertEquals(acknowledged.get(), reader.get());
      }
      awaitAllGivenBack(daybook);
    }
  }

  private boolean produce(RunningBroker daybook) throws IOException {
    Random random = new Random(1);
    try (WireClient client = daybook.wire()) {
      long begunNs = System.nanoTime();
      for (int sent = 0;
          sent < LEAST_BATCHES || (sent < BATCHES && System.nanoTime() - begunNs < MOST_NS);
          sent++) {
        MemoryRecords batch = Requests.batch(value(random));
        ProduceRequestData request = Requests.produce("lasting", Uuid.ZERO_UUID, 0, batch, VERSION);
        ProduceResponseData answer = client.ask(request, VERSION, ProduceResponseData.class);
        assertEquals(
            0,
            answer
                .responses()
                .find("lasting", Uuid.ZERO_UUID)
                .partitionResponses()
                .getFirst()
                .errorCode());
        acknowledged.incrementAndGet();
      }
    }
    return true;
  }

  /// All batches in order, each undamaged; up to the last that was acknowledged.
  private long read(RunningBroker daybook, int pauseMs) throws Exception {
    long next = 0;
    try (WireClient client = daybook.wire()) {
      while (!done.get() || next < acknowledged.get()) {
        FetchRequestData fetch = Requests.fetch("lasting", Uuid.ZERO_UUID, 0, next, VERSION);
        client.send(fetch, VERSION);
        Thread.sleep(pauseMs);
        FetchResponseData answer = client.read(ApiKeys.FETCH, VERSION, FetchResponseData.class);
        var partition = answer.responses().getFirst().partitions().getFirst();
        assertEquals(Errors.NONE.code(), partition.errorCode());
        for (MutableRecordBatch batch : ((MemoryRecords) partition.records()).batches()) {
          batch.ensureValid();
          assertEquals(next, batch.baseOffset());
          next = batch.nextOffset();
        }
      }
    }
    return next;
  }

  private boolean createAndDelete(RunningBroker daybook) throws IOException {
    Random random = new Random(2);
    try (WireClient client = daybook.wire();
        WireClient writer = daybook.wire()) {
      for (int number = 0; !done.get(); number++) {
        String name = "passing-" + number;
        client.ask(Requests.createTopics(name), 7, CreateTopicsResponseData.class);
        for (int sent = 0; sent < 5; sent++) {
          MemoryRecords batch = Requests.batch(value(random));
          writer.send(Requests.produce(name, Uuid.ZERO_UUID, 0, batch, VERSION), VERSION);
        }
        DeleteTopicsRequestData delete =
            new DeleteTopicsRequestData().setTopicNames(List.of(name)).setTimeoutMs(10_000);
        client.ask(delete, 5, DeleteTopicsResponseData.class);
        for (int sent = 0; sent < 5; sent++) {
          writer.read(ApiKeys.PRODUCE, VERSION, ProduceResponseData.class);
        }
      }
    }
    return true;
  }

  private boolean leaveInTheMiddle(RunningBroker daybook) throws IOException {
    Random random = new Random(3);
    while (!done.get()) {
      MemoryRecords batch = Requests.batch(value(random));
      byte[] frame =
          WireClient.frame(
              Requests.produce("missing", Uuid.ZERO_UUID, 0, batch, VERSION), VERSION, 1);
      try (WireClient client = daybook.wire()) {
        client.send(frame);
        client.readCorrelationId();
        client.send(Arrays.copyOf(frame, random.nextInt(frame.length)));
      }
    }
    return true;
  }

  private static String value(Random random) {
    return "v".repeat(1 + random.nextInt(60_000));
  }

  private static void awaitAllGivenBack(RunningBroker daybook) throws InterruptedException {
    long patientUntilNs = System.nanoTime() + 90_000_000_000L;
    while (daybook.framePool().slabsInUse() > 1 && System.nanoTime() < patientUntilNs) {
      Thread.sleep(5);
    }
    assertTrue(daybook.framePool().slabsInUse() <= 1, "besides the slab that is being filled");
    while (daybook.framePool().emptySlabs() == 0 && System.nanoTime() < patientUntilNs) {
      Thread.sleep(5);
    }
    assertTrue(daybook.framePool().emptySlabs() > 0, "the system has the pages of those that rest");
  }
}
