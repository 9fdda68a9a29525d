package dev.daybook.connect.worker;

import dev.daybook.connect.offset.AckedOffsets;
import dev.daybook.connect.offset.ConnectorOffsetReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A source task: initialize, start, poll and send until told to stop, commit what was acknowledged, stop. A crash
/// anywhere loses nothing: offsets are written only for records the log has, so the next start reads the rest again.
public final class SourceTaskLoop implements TaskLoop {

  private static final Logger LOG = LoggerFactory.getLogger(SourceTaskLoop.class);
  private static final long SEND_RETRY_MS = 100;
  private static final long POLL_RETRY_MS = 100;
  private static final long IDLE_PAUSE_MAX_MS = 20;
  private static final Duration CLOSE = Duration.ofSeconds(1);

  private final Worker worker;
  private final Worker.TaskPlan plan;
  private final TaskListener listener;
  private final AckedOffsets acked = new AckedOffsets();
  private volatile @Nullable Producer<byte[], byte[]> producer;
  private volatile @Nullable SourceFlush flush;

  public SourceTaskLoop(Worker worker, Worker.TaskPlan plan, TaskListener listener) {
    this.worker = worker;
    this.plan = plan;
    this.listener = listener;
  }

  @Override
  public void run(TaskControl control) throws Exception {
    if (control.paused()) {
      listener.paused(plan.id());
    }
    if (!control.awaitResumed()) {
      return;
    }
    Map<String, String> config = plan.settings().raw();
    SourceTask task = new TaskInstance(plan).create(SourceTask.class);
    ErrorHandling errors =
        new ErrorHandling(plan.id(), plan.settings(), control, plan.redactor(), null);
    try (Converters converters =
            Converters.of(plan.connector(), config, worker.converters(), worker.plugins());
        Transforms<SourceRecord> transforms =
            Transforms.of(plan.connector(), config, worker.plugins());
        PluginMetricsImpl metrics = TaskInstance.metrics(worker, plan)) {
      Producer<byte[], byte[]> opened = worker.producer("connector-producer-" + plan.id(), config);
      producer = opened;
      SourceConversion conversion = new SourceConversion(transforms, converters, errors);
      TopicCreation topics = new TopicCreation(worker.admin(), plan.settings());
      SourceSender sender =
          new SourceSender(
              plan.id(), task, conversion, topics, opened, acked, plan.settings().toleratesAll());
      try {
        live(task, sender, control, metrics);
      } finally {
        // What could be written has been waited for; a log that is away must not keep the task from
        // ending.
        opened.close(CLOSE);
      }
    }
  }

  private void live(
      SourceTask task, SourceSender sender, TaskControl control, PluginMetricsImpl metrics)
      throws Exception {
    SourceFlush flusher =
        new SourceFlush(
            plan.id(),
            task,
            acked,
            worker.offsets(),
            worker.flushInterval(),
            worker.flushTimeout());
    flush = flusher;
    try {
      task.initialize(
          new SourceContext(
              plan.taskConfig(),
              new ConnectorOffsetReader(plan.id().connector(), worker.offsets()),
              metrics));
      task.start(plan.taskConfig());
      listener.started(plan.id());
      flusher.start();
      try {
        pollAndSend(task, sender, control, flusher);
      } finally {
        // Also after a failure: what was acknowledged is true, and committing it spares reading it
        // again.
        flusher.stop();
        flusher.finish(sender.hasFailed() ? Duration.ZERO : worker.flushTimeout());
      }
    } finally {
      stop(task);
    }
  }

  private void pollAndSend(
      SourceTask task, SourceSender sender, TaskControl control, SourceFlush flusher)
      throws Exception {
    List<SourceRecord> batch = List.of();
    long idlePauseMs = 0;
    while (!control.stopping()) {
      sender.requireNoFailure();
      if (control.paused()) {
        flusher.flush();
        listener.paused(plan.id());
        if (control.awaitResumed()) {
          listener.resumed(plan.id());
        }
        continue;
      }
      if (batch.isEmpty()) {
        long beforeNs = System.nanoTime();
        batch = poll(task, control);
        boolean idle = batch.isEmpty() && System.nanoTime() - beforeNs < 1_000_000;
        idlePauseMs = idle ? Math.min(idlePauseMs + 1, IDLE_PAUSE_MAX_MS) : 0;
        if (idle) {
          control.awaitStop(
              idlePauseMs); // a task whose poll does not block must not take a processor for itself
        }
      }
      batch = sender.send(batch);
      if (!batch.isEmpty()) {
        control.awaitStop(SEND_RETRY_MS);
      }
    }
  }

  private List<SourceRecord> poll(SourceTask task, TaskControl control)
      throws InterruptedException {
    try {
      List<SourceRecord> records = task.poll();
      return records == null ? List.of() : records;
    } catch (RetriableException | org.apache.kafka.common.errors.RetriableException e) {
      LOG.warn("Task {} asks to poll again: {}", plan.id(), plan.redactor().redact(e.toString()));
      control.awaitStop(POLL_RETRY_MS);
      return List.of();
    }
  }

  private void stop(SourceTask task) {
    try {
      task.stop();
    } catch (Exception e) {
      LOG.warn("Task {} failed in stop: {}", plan.id(), plan.redactor().redact(e.toString()));
    }
  }

  @Override
  public void abandon() {
    SourceFlush flusher = flush;
    if (flusher != null) {
      flusher.abandon();
    }
    Producer<byte[], byte[]> opened = producer;
    if (opened != null) {
      opened.close(Duration.ZERO);
    }
  }
}
