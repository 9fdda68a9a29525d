package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.group.GroupCoordinator;
import dev.daybook.eventlog.group.GroupLog;
import dev.daybook.eventlog.group.GroupRequest;
import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.topic.Topic;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Kafka's group coordinator behind Daybook's port. Building it takes a noticeable part of a second and some
/// megabytes, so the first request pays for it, on a thread of its own; until then this is an empty shell.
public final class KafkaGroupCoordinator implements GroupCoordinator<ApiMessage> {

  /// The requests it answers; all others belong to the broker.
  public static final Set<ApiKeys> APIS =
      Set.copyOf(
          EnumSet.of(
              ApiKeys.JOIN_GROUP,
              ApiKeys.SYNC_GROUP,
              ApiKeys.HEARTBEAT,
              ApiKeys.LEAVE_GROUP,
              ApiKeys.OFFSET_COMMIT,
              ApiKeys.OFFSET_FETCH,
              ApiKeys.OFFSET_DELETE,
              ApiKeys.TXN_OFFSET_COMMIT,
              ApiKeys.LIST_GROUPS,
              ApiKeys.DESCRIBE_GROUPS,
              ApiKeys.DELETE_GROUPS,
              ApiKeys.CONSUMER_GROUP_HEARTBEAT,
              ApiKeys.CONSUMER_GROUP_DESCRIBE));

  private static final Executor OWN_THREAD =
      task -> Thread.ofPlatform().daemon().name("group-start").start(task);

  private final GroupLog log;
  private final KafkaSettings settings;
  private final Bounds bounds;
  private final RefusedRequests refusals = new RefusedRequests();
  private @Nullable CompletableFuture<GroupRequests> ready;
  private @Nullable EmbeddedCoordinator embedded;
  private boolean closed;

  /// @throws org.apache.kafka.common.config.ConfigException when a setting is wrong; says which and why
  public KafkaGroupCoordinator(GroupLog log, GroupSettings settings) {
    this(
        log,
        settings,
        new Bounds(new HeapRoom()::isNearlyUsedUp, Runtime.getRuntime().maxMemory() / 8));
  }

  KafkaGroupCoordinator(GroupLog log, GroupSettings settings, Bounds bounds) {
    this.log = log;
    this.settings = new KafkaSettings(settings);
    this.bounds = bounds;
  }

  @Override
  public CompletableFuture<Void> start() {
    return ready().thenApply(requests -> null);
  }

  @Override
  public CompletableFuture<ApiMessage> answer(GroupRequest<ApiMessage> request) {
    Optional<ApiException> refusal = bounds.refusal(request);
    if (refusal.isPresent()) {
      return refused(request, refusal.get());
    }
    Optional<Long> waiting = bounds.waits(request.message());
    return waiting.isPresent()
        ? pass(request).whenComplete((answer, fault) -> bounds.answered(waiting.get()))
        : refused(
            request,
            new CoordinatorNotAvailableException("Too many members wait for others; try again"));
  }

  private CompletableFuture<ApiMessage> pass(GroupRequest<ApiMessage> request) {
    return ready()
        .thenCompose(requests -> requests.answer(request))
        .<ApiMessage>thenApply(answer -> answer)
        .exceptionally(fault -> told(request, Errors.maybeUnwrapException(fault)));
  }

  private CompletableFuture<ApiMessage> refused(
      GroupRequest<ApiMessage> request, ApiException refusal) {
    refusals.say(request, refusal);
    return CompletableFuture.completedFuture(
        TypedRequest.fault(request.message(), request.version(), refusal));
  }

  @Override
  public CompletableFuture<Integer> partitionOf(String groupId) {
    return ready().thenApply(requests -> requests.partitionOf(groupId));
  }

  @Override
  public CompletableFuture<Void> endTransaction(int offsetsPartition, TransactionMarker marker) {
    return ready().thenCompose(requests -> requests.endTransaction(offsetsPartition, marker));
  }

  @Override
  public void close() {
    EmbeddedCoordinator running;
    CompletableFuture<GroupRequests> waitedFor;
    synchronized (this) {
      closed = true;
      running = embedded;
      waitedFor = ready;
    }
    if (waitedFor != null) {
      waitedFor.completeExceptionally(stopping());
    }
    if (running != null) {
      running.close();
    }
  }

  private ApiMessage told(GroupRequest<ApiMessage> request, Throwable fault) {
    if (fault instanceof DamagedGroupsException damaged) {
      refusals.say(request, damaged);
    } else if (Errors.forException(fault) == Errors.UNKNOWN_SERVER_ERROR) {
      refusals.sayBug(request, fault);
    }
    return TypedRequest.fault(request.message(), request.version(), fault);
  }

  private synchronized CompletableFuture<GroupRequests> ready() {
    if (closed) {
      return CompletableFuture.failedFuture(stopping());
    }
    if (ready == null || ready.isCompletedExceptionally()) {
      ready =
          OffsetsTopic.ensure(log, settings.coordinator())
              .thenApplyAsync(this::embed, OWN_THREAD)
              .thenCompose(this::load);
    }
    return ready;
  }

  /// Built outside of the lock: it takes long, and event loops pass through [#ready()].
  private EmbeddedCoordinator embed(Topic offsets) {
    EmbeddedCoordinator coordinator = new EmbeddedCoordinator(log, offsets, settings);
    synchronized (this) {
      if (!closed) {
        embedded = coordinator;
        return coordinator;
      }
    }
    coordinator.close();
    throw stopping();
  }

  private CompletableFuture<GroupRequests> load(EmbeddedCoordinator coordinator) {
    return coordinator
        .load()
        .thenApply(done -> new GroupRequests(log, coordinator))
        .whenComplete(
            (requests, fault) -> {
              if (fault != null) {
                coordinator.close();
              }
            });
  }

  private static CoordinatorNotAvailableException stopping() {
    return new CoordinatorNotAvailableException("The group coordinator is stopping");
  }
}
