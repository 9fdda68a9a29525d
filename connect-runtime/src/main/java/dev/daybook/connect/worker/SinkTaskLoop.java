package dev.daybook.connect.worker;

import dev.daybook.connect.config.ConnectorSettings;
import dev.daybook.connect.offset.SinkOffsets;
import java.time.Duration;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A sink task: initialize, start, then poll, put and commit until told to stop, with a consumer of its own in the group
/// `connect-NAME`. A crash anywhere loses nothing: an offset is committed only after the task said in preCommit that it is
/// safe, so the next start delivers the rest again.
public final class SinkTaskLoop implements TaskLoop {

  private static final Logger LOG = LoggerFactory.getLogger(SinkTaskLoop.class);
  private static final long RETRY_MS = 500;
  private static final Duration LEAVE = Duration.ofSeconds(1);

  private final Worker worker;
  private final Worker.TaskPlan plan;
  private final TaskListener listener;
  private volatile @Nullable SinkCommits commits;

  public SinkTaskLoop(Worker worker, Worker.TaskPlan plan, TaskListener listener) {
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
    SinkTask task = new TaskInstance(plan).create(SinkTask.class);
    ErrorHandling errors = errors(control);
    try (Converters converters =
            Converters.of(
                plan.connector(), plan.settings().raw(), worker.converters(), worker.plugins());
        Transforms<SinkRecord> transforms =
            Transforms.of(plan.connector(), plan.settings().raw(), worker.plugins());
        PluginMetricsImpl metrics = TaskInstance.metrics(worker, plan)) {
      Consumer<byte[], byte[]> consumer = consumer();
      control.onChange(consumer::wakeup);
      try {
        SinkContext context =
            new SinkContext(plan.taskConfig(), consumer, reporter(errors), metrics);
        SinkCommits opened = new SinkCommits(plan.id(), task, consumer, errors, plan.redactor());
        commits = opened;
        SinkConversion conversion = new SinkConversion(transforms, converters, errors);
        SinkDelivery delivery =
            new SinkDelivery(plan, task, consumer, context, conversion, opened, control);
        live(task, consumer, context, delivery, opened, control);
      } finally {
        control.onChange(() -> {});
        close(consumer);
      }
    } finally {
      errors.close();
    }
  }

  private void live(
      SinkTask task,
      Consumer<byte[], byte[]> consumer,
      SinkContext context,
      SinkDelivery delivery,
      SinkCommits opened,
      TaskControl control) {
    SinkPartitions partitions = new SinkPartitions(consumer, task, opened, delivery);
    try {
      task.initialize(context);
      subscribe(consumer, partitions);
      task.start(plan.taskConfig());
      listener.started(plan.id());
      try {
        pollAndPut(consumer, context, delivery, partitions, opened, control);
      } finally {
        closePartitions(partitions);
      }
    } finally {
      stop(task);
    }
  }

  private void pollAndPut(
      Consumer<byte[], byte[]> consumer,
      SinkContext context,
      SinkDelivery delivery,
      SinkPartitions partitions,
      SinkCommits opened,
      TaskControl control) {
    boolean shownPaused = false;
    long nextCommitNs = System.nanoTime() + worker.flushInterval().toNanos();
    while (!control.stopping()) {
      if (shownPaused != control.paused()) {
        shownPaused = !shownPaused;
        showPause(shownPaused);
        delivery.adjustPauses();
        opened.commit();
      }
      if (context.takeCommitRequest() || System.nanoTime() - nextCommitNs >= 0) {
        opened.commit();
        nextCommitNs = System.nanoTime() + worker.flushInterval().toNanos();
      }
      try {
        delivery.rewind();
        ConsumerRecords<byte[], byte[]> polled =
            consumer.poll(waitFor(context, delivery, nextCommitNs));
        partitions.requireNoFailure();
        delivery.deliver(polled);
      } catch (WakeupException e) {
        LOG.debug("Task {} was woken to look what is wanted of it", plan.id());
      }
    }
  }

  private Duration waitFor(SinkContext context, SinkDelivery delivery, long nextCommitNs) {
    long waitMs = Math.max((nextCommitNs - System.nanoTime()) / 1_000_000, 0);
    long askedMs = context.takeTimeoutMs();
    if (askedMs > 0) {
      waitMs = Math.min(waitMs, askedMs);
    } else if (delivery.redelivering()) {
      waitMs = Math.min(waitMs, RETRY_MS);
    }
    return Duration.ofMillis(waitMs);
  }

  private void showPause(boolean paused) {
    if (paused) {
      listener.paused(plan.id());
    } else {
      listener.resumed(plan.id());
    }
  }

  private void closePartitions(SinkPartitions partitions) {
    try {
      partitions.closeAll();
    } catch (WakeupException e) {
      LOG.debug("Task {} was asked to stop while it committed a last time", plan.id());
    }
  }

  private void subscribe(Consumer<byte[], byte[]> consumer, SinkPartitions partitions) {
    ConnectorSettings settings = plan.settings();
    if (settings.topicsRegex().isEmpty()) {
      consumer.subscribe(settings.topics(), partitions);
    } else {
      consumer.subscribe(Pattern.compile(settings.topicsRegex()), partitions);
    }
  }

  private Consumer<byte[], byte[]> consumer() {
    String name = plan.id().connector();
    return new KafkaConsumer<>(
        worker
            .clients()
            .consumer(
                "connector-consumer-" + plan.id(),
                SinkOffsets.group(name),
                "task-" + plan.id().task(),
                plan.settings().raw()),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private ErrorHandling errors(TaskControl control) {
    ConnectorSettings settings = plan.settings();
    DeadLetterQueue deadLetters =
        settings.deadLetterTopic().isEmpty()
            ? null
            : DeadLetterQueue.open(
                plan.id(),
                settings,
                worker.admin(),
                worker.producer("connector-dlq-producer-" + plan.id(), settings.raw()),
                plan.redactor());
    return new ErrorHandling(plan.id(), settings, control, plan.redactor(), deadLetters);
  }

  private static @Nullable ErrantRecordReporter reporter(ErrorHandling errors) {
    if (!errors.canReport()) {
      return null;
    }
    return (record, cause) -> {
      LoggedSinkRecord logged = logged(record);
      return errors.reportErrant(
          new Failure(Stage.TASK_PUT, SinkTask.class, cause, logged.original(), null));
    };
  }

  private static LoggedSinkRecord logged(SinkRecord record) {
    if (record instanceof LoggedSinkRecord logged) {
      return logged;
    }
    throw new IllegalArgumentException(
        "Report the record that was given to put, not one made by the task");
  }

  private void stop(SinkTask task) {
    try {
      task.stop();
    } catch (RuntimeException e) {
      LOG.warn("Task {} failed in stop: {}", plan.id(), plan.redactor().redact(e.toString()));
    }
  }

  /// Leaves the group, which a static member would not do by itself: what it had is given to others now.
  private static void close(Consumer<byte[], byte[]> consumer) {
    consumer.close(
        CloseOptions.timeout(LEAVE)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
  }

  @Override
  public void abandon() {
    SinkCommits opened = commits;
    if (opened != null) {
      opened.abandon();
    }
  }
}
